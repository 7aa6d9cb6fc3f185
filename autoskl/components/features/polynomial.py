"""Products of columns."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.room import room
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, ordinal, space_of
from autoskl.tables.columns import Column, Kind


class Polynomial(Component):
    """Add all products of two or three columns, of as many columns as there is room for.

    References
    ----------
    D. C. Montgomery, E. A. Peck, G. G. Vining. "Introduction to Linear Regression Analysis". Wiley,
    2021.
    """

    role = Role.FEATURES
    # Which columns are multiplied follows from their distinct values, whatever the weights.
    tags = Tags(scaling=True)
    weight = 0.2

    def parameters(self, task: Task) -> Space:
        """Return the number of factors, and whether a column is multiplied by itself."""
        return space_of(ordinal("degree", [2, 3], 2), choice("interaction_only", [False, True]))

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns and their products; fewer where columns have one value only."""
        n_used = min(_most_factors(values, context.shape), len(context.columns))
        n_new = _n_terms(n_used, values) - n_used
        return (*context.columns, *(Column(f"product {i}", Kind.NUMERIC) for i in range(n_new)))

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        n_used = min(_most_factors(values, shape), shape.n_columns)
        cells, made = shape.n_rows * shape.n_columns, shape.n_rows * _n_terms(n_used, values)
        return Cost(seconds=2e-3 + 4e-8 * cells + 2e-8 * made, bytes=16.0 * cells + 8.0 * made)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return `PolynomialFeatures` of the columns with most distinct values."""
        from sklearn.preprocessing import PolynomialFeatures

        from autoskl.components.learners.continuous_part import ContinuousPart

        arguments: dict[str, Any] = dict(values)
        products = PolynomialFeatures(**arguments, include_bias=False)
        most = _most_factors(values, context.shape)
        return ContinuousPart(products, least_distinct=2, most_columns=most)


def _n_terms(n_columns: int, values: Mapping[str, Value]) -> int:
    degree = int(values["degree"] or 0)
    if values["interaction_only"]:
        return sum(comb(n_columns, d) for d in range(1, degree + 1))
    return comb(n_columns + degree, degree) - 1


def _most_factors(values: Mapping[str, Value], shape: Shape) -> int:
    """Return of how many columns there is room for all products."""
    most = 2
    while _n_terms(most + 1, values) <= room(shape):
        most += 1
    return most
