"""The cost of the steps before a model, and the shape of the rows that the model receives."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Context, Cost, Shape
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.pipelines.placement import Columns
from autoskl.pipelines.planned_steps import PlannedSteps
from autoskl.tables.columns import Kind

_WIDENED = frozenset({Kind.DATETIME, Kind.TEXT})
"""Columns of these kinds count as several in the width of a table."""


@dataclass(frozen=True, slots=True)
class ModelInput:
    """What the model of a pipeline receives, and the cost of preparing it.

    Attributes
    ----------
    shape : Shape
        Shape of the preprocessed rows that the model is fitted on.
    cost : Cost
        Total seconds of the steps before the model, and bytes of the largest.
    """

    shape: Shape
    cost: Cost


def model_input(configuration: Configuration, context: Context) -> ModelInput:
    """Estimate the input of a model without building the pipeline.

    Parameters
    ----------
    configuration : Configuration
    context : Context
        Its columns and shape are those of the encoded rows. The width of sparse rows, which have no
        columns, stays unchanged.
    """
    planned = PlannedSteps(configuration, context)
    seconds, n_bytes = 0.0, 0.0
    for step in planned:
        if isinstance(step.component, Passthrough):
            continue
        cost = step.component.cost(step.values, step.context.shape)
        seconds, n_bytes = seconds + cost.seconds, max(n_bytes, cost.bytes)
        if not step.context.is_sparse:
            planned.apply(step)
    received = planned.model_context()
    is_widened = any(column.kind in _WIDENED for column in received.columns)
    min_columns = context.shape.n_columns if is_widened else 1
    n_columns = max(received.shape.n_columns, min_columns)
    cost = Cost(seconds=seconds, bytes=n_bytes)
    return ModelInput(replace(received.shape, n_columns=n_columns), cost)


class PipelineCosts:
    """Inputs of the models of one table, cached by configuration.

    Parameters
    ----------
    task : Task
    columns : tuple of Column
        Columns of the encoded table; empty if it is sparse.
    shape : Shape
        Shape of the whole table.
    """

    def __init__(self, task: Task, columns: Columns, shape: Shape) -> None:
        self.shape = shape
        self._context = Context(task=task, columns=columns, shape=shape)
        self._cache: dict[tuple[Configuration, int], ModelInput] = {}

    def model_input(self, configuration: Configuration, n_rows: int) -> ModelInput:
        """Return the input of the model of a configuration that is fitted on some rows."""
        key = configuration, n_rows
        if key not in self._cache:
            shape = replace(self.shape, n_rows=n_rows)
            self._cache[key] = model_input(configuration, replace(self._context, shape=shape))
        return self._cache[key]
