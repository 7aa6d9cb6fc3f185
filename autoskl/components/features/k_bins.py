"""Columns cut into bins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.room import room
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, space_of
from autoskl.tables.columns import Column, Kind

_MOST_ROWS = 200_000
"""Rows among which the edges of the bins are sought."""


class KBins(Component):
    """Replace columns with many values by the bins into which their values fall.

    References
    ----------
    J. Dougherty, R. Kohavi, M. Sahami. "Supervised and unsupervised discretization of continuous
    features". ICML, 1995.
    """

    role = Role.FEATURES
    tags = Tags()
    weight = 0.2

    def parameters(self, task: Task) -> Space:
        """Return the number of bins, how they are cut and whether each gets a column."""
        return space_of(
            integer("n_bins", 3, 32, 8, log=True),
            choice("strategy", ["quantile", "uniform", "kmeans"], weights=[3, 1, 1]),
            choice("encode", ["onehot-dense", "ordinal"]),
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns of the bins, as if all had many values."""
        n_used = min(_most_columns(values, context.shape), len(context.columns))
        n_made = n_used * _n_columns(values) + len(context.columns) - n_used
        return tuple(Column(f"bin {i}", Kind.NUMERIC) for i in range(n_made))

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        n_used = min(_most_columns(values, shape), shape.n_columns)
        cells, made = shape.n_rows * shape.n_columns, shape.n_rows * n_used * _n_columns(values)
        seconds = 2e-3 + 1e-7 * cells + 2e-8 * made
        if values["strategy"] == "kmeans":
            sought = min(shape.n_rows, _MOST_ROWS) * n_used
            seconds += 1.5e-7 * int(values["n_bins"] or 0) * sought
        return Cost(seconds=seconds, bytes=16.0 * cells + 8.0 * made)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `KBinsDiscretizer` of the columns with many values."""
        from autoskl.components.learners.continuous_part import ContinuousPart
        from autoskl.components.learners.quiet_bins import QuietBins

        arguments: dict[str, Any] = dict(values)
        return ContinuousPart(
            QuietBins(**arguments, random_state=context.seed, subsample=_MOST_ROWS),
            least_distinct=int(arguments["n_bins"]) + 1,
            most_columns=_most_columns(values, context.shape),
        )


def _n_columns(values: Mapping[str, Value]) -> int:
    return int(values["n_bins"] or 0) if values["encode"] == "onehot-dense" else 1


def _most_columns(values: Mapping[str, Value], shape: Shape) -> int:
    return max(room(shape) // _n_columns(values), 1)
