"""Polynomial features."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import Any

from autoskl.components.building.column_limits import max_new_columns
from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, ordinal, space_of
from autoskl.tables.columns import Column, Kind


class Polynomial(Component):
    """Add all products of two or three columns, for as many columns as the limit allows.

    References
    ----------
    D. C. Montgomery, E. A. Peck, G. G. Vining. "Introduction to Linear Regression Analysis". Wiley,
    2021.
    """

    role = Role.FEATURES
    # The columns are selected by their distinct values, regardless of the weights.
    tags = Tags(scaling=True)
    weight = 0.2

    def parameters(self, task: Task) -> Space:
        """Return the degree, and whether to leave out powers of single columns."""
        return space_of(ordinal("degree", [2, 3], 2), choice("interaction_only", [False, True]))

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns and their products; fewer if some columns are constant."""
        n_used = min(_max_factors(values, context.shape), len(context.columns))
        n_new = _n_terms(n_used, values) - n_used
        return (*context.columns, *(Column(f"product {i}", Kind.NUMERIC) for i in range(n_new)))

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        n_used = min(_max_factors(values, shape), shape.n_columns)
        cells, made = shape.n_rows * shape.n_columns, shape.n_rows * _n_terms(n_used, values)
        return Cost(seconds=2e-3 + 4e-8 * cells + 2e-8 * made, bytes=16.0 * cells + 8.0 * made)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return `PolynomialFeatures` for the columns with most distinct values."""
        from sklearn.preprocessing import PolynomialFeatures

        from autoskl.components.transformers.continuous_columns import ContinuousPart

        arguments: dict[str, Any] = dict(values)
        products = PolynomialFeatures(**arguments, include_bias=False)
        max_columns = _max_factors(values, context.shape)
        return ContinuousPart(products, min_distinct=2, max_columns=max_columns)


def _n_terms(n_columns: int, values: Mapping[str, Value]) -> int:
    degree = int_value(values, "degree")
    if values["interaction_only"]:
        return sum(comb(n_columns, d) for d in range(1, degree + 1))
    return comb(n_columns + degree, degree) - 1


def _max_factors(values: Mapping[str, Value], shape: Shape) -> int:
    """Return the number of columns whose products stay within the limit on new columns."""
    n_factors = 2
    while _n_terms(n_factors + 1, values) <= max_new_columns(shape):
        n_factors += 1
    return n_factors
