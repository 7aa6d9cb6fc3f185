"""B-spline bases of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.column_limits import max_new_columns
from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, ordinal, space_of
from autoskl.tables.columns import Column, Kind


class Splines(Component):
    """Replace columns with many values by a B-spline basis.

    References
    ----------
    P. H. C. Eilers, B. D. Marx. "Flexible smoothing with B-splines and penalties". Statistical
    Science, 1996.
    """

    role = Role.FEATURES
    tags = Tags(scaling=True, weights=False)
    weight = 0.3

    def parameters(self, task: Task) -> Space:
        """Return number and position of the knots, the degree and the extrapolation."""
        return space_of(
            integer("n_knots", 3, 12, 5),
            ordinal("degree", [1, 2, 3], 3),
            choice("knots", ["quantile", "uniform"], weights=[2, 1]),
            choice("extrapolation", ["linear", "constant"]),
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns of the bases, assuming that all columns have many values."""
        n_used = min(_max_columns(values, context.shape), len(context.columns))
        n_new_columns = n_used * _n_basis(values) + len(context.columns) - n_used
        return tuple(Column(f"spline {i}", Kind.NUMERIC) for i in range(n_new_columns))

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        n_used = min(_max_columns(values, shape), shape.n_columns)
        cells, made = shape.n_rows * shape.n_columns, shape.n_rows * n_used * _n_basis(values)
        return Cost(seconds=2e-3 + 3e-8 * cells + 6e-8 * made, bytes=16.0 * cells + 8.0 * made)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `SplineTransformer` for the columns with many values."""
        from sklearn.preprocessing import SplineTransformer

        from autoskl.components.transformers.continuous_columns import ContinuousPart

        arguments: dict[str, Any] = dict(values)
        return ContinuousPart(
            SplineTransformer(**arguments, include_bias=False),
            min_distinct=3 * int(arguments["n_knots"]),
            max_columns=_max_columns(values, context.shape),
        )


def _n_basis(values: Mapping[str, Value]) -> int:
    return int_value(values, "n_knots") + int_value(values, "degree") - 2


def _max_columns(values: Mapping[str, Value], shape: Shape) -> int:
    return max(max_new_columns(shape) // _n_basis(values), 1)
