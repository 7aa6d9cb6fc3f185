"""The search space of pipelines for one table."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Component, Role, Shape
from autoskl.core.task import Task
from autoskl.pipelines.compatibility import is_compatible, likeliest
from autoskl.pipelines.placement import columns_read
from autoskl.pipelines.selection import Names, select
from autoskl.space import (
    Choice,
    Condition,
    Conditional,
    Space,
    add_prefix,
    choice,
    join,
    space_of,
    when,
)
from autoskl.space.forbidden import Forbidden, forbid
from autoskl.tables.columns import Column, Kind

Components = Mapping[str, Component]

_NO_COMPONENTS: Components = MappingProxyType({})


def pipeline_space(
    task: Task,
    columns: tuple[Column, ...],
    shape: Shape,
    *,
    is_sparse: bool,
    include: Names | None = None,
    exclude: Names | None = None,
) -> Space:
    """Return the conditional space of all pipelines that suit a table.

    The model is the top-level choice. Other roles are included where the columns and the task make
    them meaningful: an encoder if there are categories, an imputer if numbers are missing, a scaler
    if the model benefits from scaling. For optional steps, doing nothing has the largest prior
    weight. The hyperparameters of a component are active if it is chosen.

    Parameters
    ----------
    task : Task
    columns : tuple of Column
        Columns of the encoded table; empty if it is sparse.
    shape : Shape
    is_sparse : bool
    include, exclude : mapping of role to names, collection of names of models, or None
        See `select`.

    Returns
    -------
    Space

    Raises
    ------
    ValueError
        If a name is unknown, or no pipeline is left.
    """
    chosen = select(task, is_sparse=is_sparse, include=include, exclude=exclude, shape=shape)
    models, encoders, texts = chosen[Role.MODEL], _NO_COMPONENTS, _NO_COMPONENTS
    if _has_categories(columns):
        models, encoders = _compatible_pairs(models, chosen[Role.ENCODER], "encoders")
    if columns_read(Role.TEXT, columns):
        models, texts = _compatible_pairs(models, chosen[Role.TEXT], "text steps")
    scaled = [name for name, model in models.items() if model.tags.scaling]
    top = list(_role_space(Role.MODEL, models, task, encoders))
    # After the model, so that forbidden combinations are repaired by changing the encoder.
    for role in Role:
        entries = {Role.ENCODER: encoders, Role.TEXT: texts}.get(role, chosen[role])
        if role is Role.MODEL or not _is_meaningful(role, task, columns):
            continue
        if role is Role.RESPONSE and _are_passthrough(entries):
            continue
        parents = scaled if role is Role.SCALER else list(models)
        top += _conditional_on_model(parents, _role_space(role, entries, task, {}))
    return join(space_of(*top), forbidden=_forbidden_pairs(models, encoders, texts))


def _is_meaningful(role: Role, task: Task, columns: tuple[Column, ...]) -> bool:
    """Whether components of a role can have an effect on a table."""
    if role is Role.BALANCING:
        return task.is_classification
    if role is Role.RESPONSE:
        return not task.is_classification
    if role is Role.IMPUTER:
        return _has_missing_numbers(columns)
    if role in (Role.SCALER, Role.FEATURES, Role.SELECTOR):
        return True
    return bool(columns_read(role, columns)) and (
        role is not Role.COMBINER or _has_categories(columns)
    )


def _role_space(
    role: Role, entries: Components, task: Task, encoders: Components
) -> Iterable[Choice | Conditional]:
    """Yield the choice of a role and the hyperparameters of each of its components."""
    if not entries:
        return
    weights = [entry.weight for entry in entries.values()]
    yield choice(
        role.value,
        entries,
        likeliest(entries),
        weights=weights if sum(weights) > 0 else None,
    )
    native_encoders = [name for name, encoder in encoders.items() if encoder.tags.categorical]
    for name, entry in entries.items():
        spaces = _component_spaces if isinstance(entry, Hashable) else _component_spaces.__wrapped__
        general, categorical = spaces(name, entry, task)
        if len(general):
            yield when(role.value, name, general)
        if native_encoders and len(categorical):
            inner = when(Role.ENCODER.value, native_encoders, categorical)
            yield when(role.value, name, inner)


@lru_cache(maxsize=512)
def _component_spaces(name: str, entry: Component, task: Task) -> tuple[Space, Space]:
    """Return the general hyperparameters of a component, and those for categorical columns.

    They do not depend on the table and are cached.
    """
    space = entry.parameters(task)
    general = _subspace(space, space.parameters.keys() - entry.category_parameters)
    return add_prefix(general, name), add_prefix(_subspace(space, entry.category_parameters), name)


def _conditional_on_model(
    models: list[str], items: Iterable[Choice | Conditional]
) -> Iterable[Conditional]:
    """Make the choice of a role, to which all other items are subordinate, depend on the model."""
    for item in items:
        if isinstance(item, Choice):
            if not models:
                return
            yield when(Role.MODEL.value, models, item)
        else:
            yield item


def _subspace(space: Space, names: Collection[str]) -> Space:
    """Return some hyperparameters of a space with the conditions and clauses among them."""
    if space.parameters.keys() <= set(names):
        return space
    conditions: list[Condition] = [
        c for c in space.conditions if c.child in names and c.parent in names
    ]
    forbidden = [f for f in space.forbidden if all(name in names for name in f.names)]
    return Space(
        [p for name, p in space.parameters.items() if name in names], conditions, forbidden
    )


def _compatible_pairs(
    models: Components, steps: Components, what: str
) -> tuple[Components, Components]:
    """Return the models with a compatible step, and the steps with a compatible model."""
    kept = {
        m: each for m, each in models.items() if any(is_compatible(s, each) for s in steps.values())
    }
    if not kept:
        raise ValueError(
            f"No model is left that is compatible with the {what}: "
            f"{', '.join(models)} with {', '.join(steps) or 'none'}. Allow more models or {what}."
        )
    return kept, {
        s: each for s, each in steps.items() if any(is_compatible(each, m) for m in kept.values())
    }


def _forbidden_pairs(
    models: Components, encoders: Components, texts: Components
) -> list[Forbidden]:
    """Forbid incompatible combinations of models with encoders and text steps."""
    found = []
    for name, model in models.items():
        for role, steps in ((Role.ENCODER, encoders), (Role.TEXT, texts)):
            incompatible = [
                step for step, entry in steps.items() if not is_compatible(entry, model)
            ]
            if incompatible:
                found.append(forbid({Role.MODEL.value: name, role.value: incompatible}))
    return found


def _are_passthrough(entries: Components) -> bool:
    return all(isinstance(entry, Passthrough) for entry in entries.values())


def _has_categories(columns: tuple[Column, ...]) -> bool:
    return any(column.kind is Kind.CATEGORICAL for column in columns)


def _has_missing_numbers(columns: tuple[Column, ...]) -> bool:
    return any(c.has_missing and c.kind not in (Kind.CATEGORICAL, Kind.TEXT) for c in columns)
