"""What the steps before a model cost, and how wide they leave the rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autoskl.components.component import Context, Cost, Shape
from autoskl.components.registry import component
from autoskl.components.untouched import Untouched
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.pipelines.open_roles import component_for, values_of, without_texts
from autoskl.pipelines.placement import (
    STEPS,
    Columns,
    columns_behind,
    exact_behind,
    read_by,
)
from autoskl.tables.columns import Kind

_WIDENED = frozenset({Kind.DATETIME, Kind.TEXT})
"""Columns of these kinds count as several in the width of a table."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a model receives of a table.

    Attributes
    ----------
    shape : Shape
        Of the rows that the model is fitted on.
    cost : Cost
        Seconds of all steps before it, and bytes of the largest.
    """

    shape: Shape
    cost: Cost


def steps_of(configuration: Configuration, context: Context) -> Prepared:
    """Return what the steps of a pipeline cost and leave, without building any.

    Parameters
    ----------
    configuration : Configuration
    context : Context
        Its columns and shape are those of the encoded rows; without columns, as of sparse rows,
        the width stays as it is.
    """
    inner, texts = without_texts(configuration, context)
    seconds, held = 0.0, 0.0
    n_exact = len(inner.columns)
    for role in STEPS:
        name = component_for(role, configuration, inner)
        entry = None if name is None else component(name)
        if name is None or entry is None or isinstance(entry, Untouched):
            continue
        values = values_of(name, configuration, inner)
        read = read_by(role, inner.columns, n_exact)
        if not read and not inner.is_sparse:
            continue
        n_exact = exact_behind(role, read, n_exact)
        own = _narrowed(inner, tuple(inner.columns[i] for i in read))
        cost = entry.cost(values, own.shape)
        seconds, held = seconds + cost.seconds, max(held, cost.bytes)
        if not inner.is_sparse:
            made = entry.columns_out(values, own)
            inner = _narrowed(inner, columns_behind(role, inner.columns, read, made))
    inner = _narrowed(inner, (*inner.columns, *texts))
    wide = any(column.kind in _WIDENED for column in inner.columns)
    n_columns = max(inner.shape.n_columns, context.shape.n_columns if wide else 1)
    return Prepared(replace(inner.shape, n_columns=n_columns), Cost(seconds=seconds, bytes=held))


class PipelineCosts:
    """What models receive of one table, remembered by configuration.

    Parameters
    ----------
    task : Task
    columns : tuple of Column
        Of the encoded table; empty when it is sparse.
    shape : Shape
        Of the whole table.
    """

    def __init__(self, task: Task, columns: Columns, shape: Shape) -> None:
        self.shape = shape
        self._context = Context(task=task, columns=columns, shape=shape)
        self._known: dict[tuple[Configuration, int], Prepared] = {}

    def prepared(self, configuration: Configuration, n_rows: int) -> Prepared:
        """Return what the model of a configuration receives when it is fitted on some rows."""
        key = configuration, n_rows
        if key not in self._known:
            shape = replace(self.shape, n_rows=n_rows)
            self._known[key] = steps_of(configuration, replace(self._context, shape=shape))
        return self._known[key]


def _narrowed(context: Context, columns: Columns) -> Context:
    """Return the context of some columns; sparse rows have none that could be told apart."""
    if context.is_sparse:
        return context
    return replace(context, columns=columns, shape=replace(context.shape, n_columns=len(columns)))
