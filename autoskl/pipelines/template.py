"""The search space of pipelines for one table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from autoskl.components.component import Component, Role, Shape
from autoskl.core.task import Task
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
    imputer where numbers are missing and the model cannot do with that, a scaler where the model
    gains from one; the hyperparameters of each component are active where it is chosen.

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
    chosen = select(task, is_sparse, include, exclude)
    encoders = chosen[Role.ENCODER] if _has_categories(columns) else {}
    models = chosen[Role.MODEL]
    if _has_categories(columns):
        models = {
            name: model
            for name, model in models.items()
            if any(suits(encoder, model) for encoder in encoders.values())
        }
        if not models:
            raise ValueError(
                "No model is left that takes the columns as any of the encoders gives them: "
                f"{', '.join(chosen[Role.MODEL])} with {', '.join(encoders) or 'no encoder'}. "
                "Allow more models or encoders."
            )
    strict = [name for name, model in models.items() if not model.tags.missing]
    scaled = [name for name, model in models.items() if model.tags.scaling]
    imputers = chosen[Role.IMPUTER] if _lacks_numbers(columns) else {}
    top = space_of(
        *_role(Role.MODEL, models, task, encoders),
        # Below the model, so that what does not fit together is mended by another encoder.
        *_under(list(models), _role(Role.ENCODER, encoders, task, {})),
        *_under(strict, _role(Role.IMPUTER, imputers, task, {})),
        *_under(scaled, _role(Role.SCALER, chosen[Role.SCALER], task, {})),
    )
    return join(top, forbidden=_misfits(models, encoders))


def suits(encoder: Component, model: Component) -> bool:
    """Whether a model can make good use of what an encoder gives.

    Codes left as categories are for models that take categories; codes as numbers have no scale,
    so that models that gain from scaling get encoders that give one.
    """
    if encoder.tags.categorical:
        return model.tags.categorical
    return encoder.tags.scaling or not model.tags.scaling


def likeliest(entries: Components) -> str:
    """Return the name with the largest prior weight, the first of equals."""
    return max(entries, key=lambda name: entries[name].weight)


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
        space = entry.parameters(task)
        own = _part(space, space.parameters.keys() - entry.category_parameters)
        if len(own):
            yield when(role.value, name, prefixed(own, name))
        of_categories = _part(space, entry.category_parameters)
        if untouched and len(of_categories):
            inner = when(Role.ENCODER.value, untouched, prefixed(of_categories, name))
            yield when(role.value, name, inner)


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
    conditions: list[Condition] = [
        c for c in space.conditions if c.child in names and c.parent in names
    ]
    forbidden = [f for f in space.forbidden if all(name in names for name in f.names)]
    return Space(
        [p for name, p in space.parameters.items() if name in names], conditions, forbidden
    )


def _misfits(models: Components, encoders: Components) -> list[Forbidden]:
    """Return which encoders each model must not have."""
    found = []
    for name, model in models.items():
        unsuited = [e for e, encoder in encoders.items() if not suits(encoder, model)]
        if unsuited:
            found.append(forbid({Role.MODEL.value: name, Role.ENCODER.value: unsuited}))
    return found


def _has_categories(columns: tuple[Column, ...]) -> bool:
    return any(column.kind is Kind.CATEGORICAL for column in columns)


def _lacks_numbers(columns: tuple[Column, ...]) -> bool:
    return any(column.has_missing and column.kind is not Kind.CATEGORICAL for column in columns)
