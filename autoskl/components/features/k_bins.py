"""Discretisation of columns into bins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.column_limits import max_new_columns
from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, space_of
from autoskl.tables.columns import Column, Kind

_MAX_ROWS = 200_000
"""Maximum number of rows that the bin edges are computed from."""


class KBins(Component):
    """Replace columns with many values by bins of their values.

    References
    ----------
    J. Dougherty, R. Kohavi, M. Sahami. "Supervised and unsupervised discretization of continuous
    features". ICML, 1995.
    """

    role = Role.FEATURES
    tags = Tags()
    weight = 0.2

    def parameters(self, task: Task) -> Space:
        """Return the number of bins, how edges are chosen and whether bins are one-hot encoded."""
        return space_of(
            integer("n_bins", 3, 32, 8, log=True),
            choice("strategy", ["quantile", "uniform", "kmeans"], weights=[3, 1, 1]),
            choice("encode", ["onehot-dense", "ordinal"]),
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns of the bins, assuming that all columns have many values."""
        n_used = min(_max_columns(values, context.shape), len(context.columns))
        n_new_columns = n_used * _n_columns(values) + len(context.columns) - n_used
        return tuple(Column(f"bin {i}", Kind.NUMERIC) for i in range(n_new_columns))

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        n_used = min(_max_columns(values, shape), shape.n_columns)
        cells, made = shape.n_rows * shape.n_columns, shape.n_rows * n_used * _n_columns(values)
        seconds = 2e-3 + 1e-7 * cells + 2e-8 * made
        if values["strategy"] == "kmeans":
            sampled = min(shape.n_rows, _MAX_ROWS) * n_used
            seconds += 1.5e-7 * int_value(values, "n_bins") * sampled
        return Cost(seconds=seconds, bytes=16.0 * cells + 8.0 * made)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `KBinsDiscretizer` for the columns with many values."""
        from autoskl.components.transformers.continuous_columns import ContinuousPart
        from autoskl.components.transformers.silent_k_bins import SilentKBinsDiscretizer

        arguments: dict[str, Any] = dict(values)
        return ContinuousPart(
            SilentKBinsDiscretizer(**arguments, random_state=context.seed, subsample=_MAX_ROWS),
            min_distinct=int(arguments["n_bins"]) + 1,
            max_columns=_max_columns(values, context.shape),
        )


def _n_columns(values: Mapping[str, Value]) -> int:
    return int_value(values, "n_bins") if values["encode"] == "onehot-dense" else 1


def _max_columns(values: Mapping[str, Value], shape: Shape) -> int:
    return max(max_new_columns(shape) // _n_columns(values), 1)
