"""Piecewise polynomials of each column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.room import room
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, ordinal, space_of
from autoskl.tables.columns import Column, Kind


class Splines(Component):
    """Replace columns with many values by a basis of B-splines.

    References
    ----------
    P. H. C. Eilers, B. D. Marx. "Flexible smoothing with B-splines and penalties". Statistical
    Science, 1996.
    """

    role = Role.FEATURES
    tags = Tags(scaling=True, weights=False)
    weight = 0.3

    def parameters(self, task: Task) -> Space:
        """Return number and places of the knots, and degree of the pieces."""
        return space_of(
            integer("n_knots", 3, 12, 5),
            ordinal("degree", [1, 2, 3], 3),
            choice("knots", ["quantile", "uniform"], weights=[2, 1]),
            choice("extrapolation", ["linear", "constant"]),
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns of the bases, as if all had many values."""
        n_used = min(_most_columns(values, context.shape), len(context.columns))
        n_made = n_used * _n_basis(values) + len(context.columns) - n_used
        return tuple(Column(f"spline {i}", Kind.NUMERIC) for i in range(n_made))

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        n_used = min(_most_columns(values, shape), shape.n_columns)
        cells, made = shape.n_rows * shape.n_columns, shape.n_rows * n_used * _n_basis(values)
        return Cost(seconds=2e-3 + 3e-8 * cells + 6e-8 * made, bytes=16.0 * cells + 8.0 * made)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `SplineTransformer` of the columns with many values."""
        from sklearn.preprocessing import SplineTransformer

        from autoskl.components.learners.continuous_part import ContinuousPart

        arguments: dict[str, Any] = dict(values)
        return ContinuousPart(
            SplineTransformer(**arguments, include_bias=False),
            least_distinct=3 * int(arguments["n_knots"]),
            most_columns=_most_columns(values, context.shape),
        )


def _n_basis(values: Mapping[str, Value]) -> int:
    return int(values["n_knots"] or 0) + int(values["degree"] or 0) - 2


def _most_columns(values: Mapping[str, Value], shape: Shape) -> int:
    return max(room(shape) // _n_basis(values), 1)
