"""The search space of pipelines for one table."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from autoskl.components.component import Component, Role, Shape
from autoskl.components.untouched import Untouched
from autoskl.core.task import Task
from autoskl.pipelines.fitness import likeliest, suits
from autoskl.pipelines.placement import read_by
from autoskl.pipelines.selection import Names, select
from autoskl.space import (
    Choice,
    Condition,
    Conditional,
    Space,
    choice,
    join,
    prefixed,
    space_of,
    when,
)
from autoskl.space.forbidden import Forbidden, forbid
from autoskl.tables.columns import Column, Kind

Components = Mapping[str, Component]

_NOTHING: Components = MappingProxyType({})


def pipeline_space(
    task: Task,
    columns: tuple[Column, ...],
    is_sparse: bool,
    shape: Shape,
    include: Names | None = None,
    exclude: Names | None = None,
) -> Space:
    """Return the conditional space of all pipelines that fit the table.

    The choice of the model is the top of it. An encoder is chosen where there are categories, an
    imputer where numbers are missing, a scaler where the model gains from one, and so on for what
    the kinds of the columns and the task give a meaning; where something is to be left as it is,
    that is the likeliest choice. The hyperparameters of each component are active where it is
    chosen.

    Parameters
    ----------
    task : Task
    columns : tuple of Column
        Of the encoded table; empty when it is sparse.
    is_sparse : bool
    shape : Shape
    include, exclude : mapping of role to names, collection of names of models, or None
        See `select`.

    Returns
    -------
    Space

    Raises
    ------
    ValueError
        For unknown names, and when no pipeline is left.
    """
    chosen = select(task, is_sparse, include, exclude, shape)
    models, encoders, texts = chosen[Role.MODEL], _NOTHING, _NOTHING
    if _has_categories(columns):
        models, encoders = _suited(models, chosen[Role.ENCODER], "encoders")
    if read_by(Role.TEXT, columns):
        models, texts = _suited(models, chosen[Role.TEXT], "steps for texts")
    scaled = [name for name, model in models.items() if model.tags.scaling]
    top = list(_role(Role.MODEL, models, task, encoders))
    # Below the model, so that what does not fit together is mended by another encoder.
    for role in Role:
        entries = {Role.ENCODER: encoders, Role.TEXT: texts}.get(role, chosen[role])
        if role is Role.MODEL or not _concerns(role, task, columns):
            continue
        if role is Role.RESPONSE and all(isinstance(each, Untouched) for each in entries.values()):
            continue
        parents = scaled if role is Role.SCALER else list(models)
        top += _under(parents, _role(role, entries, task, {}))
    return join(space_of(*top), forbidden=_misfits(models, encoders, texts))


def _concerns(role: Role, task: Task, columns: tuple[Column, ...]) -> bool:
    """Whether components of a role have anything to do with such a table."""
    if role is Role.BALANCING:
        return task.is_classification
    if role is Role.RESPONSE:
        return not task.is_classification
    if role is Role.IMPUTER:
        return _lacks_numbers(columns)
    if role in (Role.SCALER, Role.FEATURES, Role.SELECTOR):
        return True
    return bool(read_by(role, columns)) and (role is not Role.COMBINER or _has_categories(columns))


def _role(
    role: Role, entries: Components, task: Task, encoders: Components
) -> Iterable[Choice | Conditional]:
    """Yield the choice of a role and, under it, the hyperparameters of each component."""
    if not entries:
        return
    weights = [entry.weight for entry in entries.values()]
    yield choice(
        role.value,
        entries,
        likeliest(entries),
        weights=weights if sum(weights) > 0 else None,
    )
    untouched = [name for name, encoder in encoders.items() if encoder.tags.categorical]
    for name, entry in entries.items():
        of = _own_spaces if isinstance(entry, Hashable) else _own_spaces.__wrapped__
        own, of_categories = of(name, entry, task)
        if len(own):
            yield when(role.value, name, own)
        if untouched and len(of_categories):
            inner = when(Role.ENCODER.value, untouched, of_categories)
            yield when(role.value, name, inner)


@lru_cache(maxsize=512)
def _own_spaces(name: str, entry: Component, task: Task) -> tuple[Space, Space]:
    """Return the hyperparameters of a component, and those that concern only categories.

    No table changes them, so that they are made once.
    """
    space = entry.parameters(task)
    own = _part(space, space.parameters.keys() - entry.category_parameters)
    return prefixed(own, name), prefixed(_part(space, entry.category_parameters), name)


def _under(models: list[str], items: Iterable[Choice | Conditional]) -> Iterable[Conditional]:
    """Make the choice of a role, which all else follows, depend on the model."""
    for item in items:
        if isinstance(item, Choice):
            if not models:
                return
            yield when(Role.MODEL.value, models, item)
        else:
            yield item


def _part(space: Space, names: Collection[str]) -> Space:
    """Return some hyperparameters of a space with the conditions and combinations among them."""
    if space.parameters.keys() <= set(names):
        return space
    conditions: list[Condition] = [
        c for c in space.conditions if c.child in names and c.parent in names
    ]
    forbidden = [f for f in space.forbidden if all(name in names for name in f.names)]
    return Space(
        [p for name, p in space.parameters.items() if name in names], conditions, forbidden
    )


def _suited(models: Components, steps: Components, what: str) -> tuple[Components, Components]:
    """Return the models for which there is a step, and the steps for which there is a model."""
    kept = {m: each for m, each in models.items() if any(suits(s, each) for s in steps.values())}
    if not kept:
        raise ValueError(
            f"No model is left that takes the columns as any of the {what} gives them: "
            f"{', '.join(models)} with {', '.join(steps) or 'none'}. Allow more models or {what}."
        )
    return kept, {
        s: each for s, each in steps.items() if any(suits(each, m) for m in kept.values())
    }


def _misfits(models: Components, encoders: Components, texts: Components) -> list[Forbidden]:
    """Return which encoders and steps for texts each model must not have."""
    found = []
    for name, model in models.items():
        for role, steps in ((Role.ENCODER, encoders), (Role.TEXT, texts)):
            unsuited = [step for step, entry in steps.items() if not suits(entry, model)]
            if unsuited:
                found.append(forbid({Role.MODEL.value: name, role.value: unsuited}))
    return found


def _has_categories(columns: tuple[Column, ...]) -> bool:
    return any(column.kind is Kind.CATEGORICAL for column in columns)


def _lacks_numbers(columns: tuple[Column, ...]) -> bool:
    return any(c.has_missing and c.kind not in (Kind.CATEGORICAL, Kind.TEXT) for c in columns)
