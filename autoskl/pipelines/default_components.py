"""Chooses the component of each step, also for roles that a configuration leaves open."""

from __future__ import annotations

from typing import Any

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Component, Context, Role
from autoskl.components.registry import component, components
from autoskl.core.configuration import Configuration
from autoskl.pipelines.compatibility import is_compatible, likeliest
from autoskl.pipelines.placement import STEPS, columns_read
from autoskl.space.parameters import Integer, Parameter, Real


def component_for(role: Role, configuration: Configuration, context: Context) -> str | None:
    """Return the name of the component of a role, None if there is nothing to do.

    If the configuration leaves open a role that the pipeline needs, the component with the largest
    prior weight is chosen: for texts and categories that the model does not accept, an imputer
    before components that do not accept missing values, and a scaler before features and selectors
    that depend on the scale of the columns.

    Parameters
    ----------
    role : Role
        Role of a step before the model.
    configuration : Configuration
    context : Context
        Context of the step.
    """
    if not context.is_sparse and not columns_read(role, context.columns):
        return None
    given = str(configuration[role]) if role in configuration else None
    if role is Role.IMPUTER:
        return _imputer(given, configuration, context)
    if given is not None:
        return given
    if role is Role.TEXT and not context.is_sparse:
        model = component(configuration.model)
        return None if model.tags.text else _default_compatible(role, model, context)
    if role is Role.ENCODER and not context.is_sparse:
        return _encoder(configuration, context)
    if role is Role.SCALER:
        return _scaler(configuration, context)
    return None


def values_of(name: str, configuration: Configuration, context: Context) -> dict[str, Any]:
    """Return the hyperparameters of a component, with defaults for missing ones.

    Numbers that the component does not declare are kept, see `declares`.
    """
    given = configuration.part(name)
    space = component(name).parameters(context.task)
    declared = space.parameters
    beyond = {
        n: v
        for n, v in given.items()
        if n in declared and not _is_allowed(declared[n], v) and declares(declared[n], v)
    }
    complete = space.complete({n: v for n, v in given.items() if n not in beyond})
    return {**complete, **{n: v for n, v in beyond.items() if n in complete}}


def declares(parameter: Parameter, value: object) -> bool:
    """Whether a component's hyperparameter may have a value.

    A search space of the user may go beyond the numbers that the component declares, but not add
    values of another kind.

    Parameters
    ----------
    parameter : Parameter
        As the component declares it.
    value : object
    """
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(parameter, Integer):
        return is_integer
    values = (parameter.default,) if isinstance(parameter, Real) else parameter.levels
    are_numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    is_number = is_integer or isinstance(value, float)
    return (are_numbers and is_number) or _is_allowed(parameter, value)


def _is_allowed(parameter: Parameter, value: Any) -> bool:
    try:
        parameter.check(value)
    except ValueError:
        return False
    return True


def _encoder(configuration: Configuration, context: Context) -> str | None:
    model = component(configuration.model)
    if model.tags.categorical:
        return None
    return _default_compatible(Role.ENCODER, model, context)


def _default_compatible(role: Role, model: Component, context: Context) -> str:
    entries = components(role, context.task).items()
    return likeliest({name: entry for name, entry in entries if is_compatible(entry, model)})


def _imputer(given: str | None, configuration: Configuration, context: Context) -> str | None:
    needs_imputer = not all(entry.tags.missing for entry in _later(Role.IMPUTER, configuration))
    if not needs_imputer or (given is not None and not isinstance(component(given), Passthrough)):
        return given
    return likeliest(_usable(Role.IMPUTER, context))


def _scaler(configuration: Configuration, context: Context) -> str | None:
    named = [configuration[r] for r in (Role.FEATURES, Role.SELECTOR) if r in configuration]
    if not any(component(str(name)).tags.scaling for name in named):
        return None
    return likeliest(_usable(Role.SCALER, context))


def _later(role: Role, configuration: Configuration) -> list[Component]:
    """Return the components named by a configuration for roles after the given one."""
    order = list(Role)
    later = [r for r in order[order.index(role) + 1 :] if r in configuration]
    return [component(str(configuration[r])) for r in later if r in (*STEPS, Role.MODEL)]


def _usable(role: Role, context: Context) -> dict[str, Component]:
    """Return the components of a role that accept the rows and change them."""
    return {
        name: entry
        for name, entry in components(role, context.task).items()
        # By class rather than by building, which would import libraries before the first model.
        if (entry.tags.sparse or not context.is_sparse) and not isinstance(entry, Passthrough)
    }
