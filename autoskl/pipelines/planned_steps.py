"""The steps before the model that a configuration asks for, and the columns between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from autoskl.components.component import Component, Context, Role
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.pipelines.default_components import component_for, values_of
from autoskl.pipelines.placement import (
    STEPS,
    ZERO_COLUMN,
    Columns,
    columns_after,
    columns_read,
    n_fixed_after,
)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step before the model.

    Attributes
    ----------
    role : Role
    name : str
        Name of its component.
    component : Component
    values : dict
        All hyperparameters of the component.
    columns : tuple of Column
        All columns before the step; empty for sparse rows.
    read : list of int
        Positions of the columns that the step reads.
    context : Context
        Context of the step, with the columns that it reads.
    """

    role: Role
    name: str
    component: Component
    values: dict[str, Any]
    columns: Columns
    read: list[int]
    context: Context

    def columns_made(self) -> Columns:
        """Return the columns that the component makes of those that it reads."""
        return self.component.columns_out(self.values, self.context)


class PlannedSteps:
    """Iterates over the steps of a pipeline, keeping track of the columns after each.

    Steps that turn out to do nothing are skipped by not calling `apply` for them.

    Parameters
    ----------
    configuration : Configuration
    context : Context
        Its columns and shape are those of the encoded rows.

    Attributes
    ----------
    context : Context
        Context after the steps applied so far, without the text columns set aside.
    texts : tuple of Column
        Text columns that the model receives unchanged, behind all others.
    """

    def __init__(self, configuration: Configuration, context: Context) -> None:
        self._configuration = configuration
        self.context, self.texts = _set_texts_aside(configuration, context)
        self._n_fixed = len(self.context.columns)

    def __iter__(self) -> Iterator[PlannedStep]:
        for role in STEPS:
            name = component_for(role, self._configuration, self.context)
            if name is None:
                continue
            columns = self.context.columns
            read = columns_read(role, columns, self._n_fixed)
            if not read and not self.context.is_sparse:
                continue
            values = values_of(name, self._configuration, self.context)
            own_context = with_columns(self.context, tuple(columns[i] for i in read))
            yield PlannedStep(role, name, component(name), values, columns, read, own_context)

    def apply(self, step: PlannedStep) -> None:
        """Continue with the columns after a step."""
        columns = columns_after(step.role, step.columns, step.read, step.columns_made())
        self.context = with_columns(self.context, columns)
        self._n_fixed = n_fixed_after(step.role, step.read, self._n_fixed)

    def model_context(self) -> Context:
        """Return the context of the model, with the text columns set aside."""
        return with_columns(self.context, (*self.context.columns, *self.texts))


def with_columns(context: Context, columns: Columns) -> Context:
    """Return a context with other columns; sparse rows, which have none, stay unchanged."""
    if not columns:
        return context
    return replace(context, columns=columns, shape=replace(context.shape, n_columns=len(columns)))


def _set_texts_aside(configuration: Configuration, context: Context) -> tuple[Context, Columns]:
    """Return the context without text columns, and those, if the model receives them unchanged."""
    read = columns_read(Role.TEXT, context.columns)
    name = component_for(Role.TEXT, configuration, context)
    if not read or not (name is None or component(name).tags.text):
        return context, ()
    texts = tuple(context.columns[i] for i in read)
    others = tuple(column for column in context.columns if column not in texts) or (ZERO_COLUMN,)
    return with_columns(context, others), texts
