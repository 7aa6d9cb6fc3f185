"""Which component a pipeline gets for a role, also where its configuration leaves that open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autoskl.components.component import Component, Context, Role
from autoskl.components.registry import component, components
from autoskl.components.untouched import Untouched
from autoskl.core.configuration import Configuration
from autoskl.pipelines.fitness import likeliest, suits
from autoskl.pipelines.placement import NOTHING, STEPS, Columns, read_by


def component_for(role: Role, configuration: Configuration, context: Context) -> str | None:
    """Return the name of the component of a role, None where there is nothing to do.

    A configuration may leave open what it cannot do without: numbers in place of texts that the
    model does not take, an encoder where there are categories
    that the model does not take, an imputer before what takes no missing values, a scaler before
    what compares columns by their size. There the likeliest component is chosen.

    Parameters
    ----------
    role : Role
        Of a step before the model.
    configuration : Configuration
    context : Context
        Circumstances of the step.
    """
    if not context.is_sparse and not read_by(role, context.columns):
        return None
    given = str(configuration[role]) if role in configuration else None
    if role is Role.IMPUTER:
        return _imputer(given, configuration, context)
    if given is not None:
        return given
    if role is Role.TEXT and not context.is_sparse:
        model = component(str(configuration[Role.MODEL]))
        return None if model.tags.text else _suited(role, model, context)
    if role is Role.ENCODER and not context.is_sparse:
        return _encoder(configuration, context)
    if role is Role.SCALER:
        return _scaler(configuration, context)
    return None


def without_texts(configuration: Configuration, context: Context) -> tuple[Context, Columns]:
    """Set the columns of text aside where the model gets them as they are.

    Parameters
    ----------
    configuration : Configuration
    context : Context

    Returns
    -------
    Context
        Of the columns that the steps before the model get.
    tuple of Column
        Columns of text that stay, which stand behind all others.
    """
    read = read_by(Role.TEXT, context.columns)
    name = component_for(Role.TEXT, configuration, context)
    if not read or not (name is None or component(name).tags.text):
        return context, ()
    texts = tuple(context.columns[i] for i in read)
    others = tuple(c for c in context.columns if c not in texts) or (NOTHING,)
    shape = replace(context.shape, n_columns=len(others))
    return replace(context, columns=others, shape=shape), texts


def values_of(name: str, configuration: Configuration, context: Context) -> dict[str, Any]:
    """Return the hyperparameters of a component, with defaults for those that are not given."""
    given = configuration.part(name)
    return dict(component(name).parameters(context.task).complete(given))


def _encoder(configuration: Configuration, context: Context) -> str | None:
    model = component(str(configuration[Role.MODEL]))
    if model.tags.categorical:
        return None
    return _suited(Role.ENCODER, model, context)


def _suited(role: Role, model: Component, context: Context) -> str:
    entries = components(role, context.task).items()
    return likeliest({name: entry for name, entry in entries if suits(entry, model)})


def _imputer(given: str | None, configuration: Configuration, context: Context) -> str | None:
    strict = not all(entry.tags.missing for entry in _later(Role.IMPUTER, configuration))
    if not strict or (given is not None and not isinstance(component(given), Untouched)):
        return given
    return likeliest(_usable(Role.IMPUTER, context))


def _scaler(configuration: Configuration, context: Context) -> str | None:
    named = [configuration[r] for r in (Role.FEATURES, Role.SELECTOR) if r in configuration]
    if not any(component(str(name)).tags.scaling for name in named):
        return None
    return likeliest(_usable(Role.SCALER, context))


def _later(role: Role, configuration: Configuration) -> list[Component]:
    """Return the components behind a role that a configuration names."""
    order = list(Role)
    later = [r for r in order[order.index(role) + 1 :] if r in configuration]
    return [component(str(configuration[r])) for r in later if r in (*STEPS, Role.MODEL)]


def _usable(role: Role, context: Context) -> dict[str, Component]:
    """Return the components of a role that do something with the rows of a context."""
    return {
        name: entry
        for name, entry in components(role, context.task).items()
        # Nothing is built to know: that would import libraries before the first model.
        if (entry.tags.sparse or not context.is_sparse) and not isinstance(entry, Untouched)
    }
