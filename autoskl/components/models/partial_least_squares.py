"""Partial least squares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer, space_of


class PartialLeastSquares(Component):
    """Linear regression on the directions with the largest covariance with the target.

    References
    ----------
    S. Wold, M. Sjostrom, L. Eriksson. "PLS-regression: a basic tool of chemometrics". Chemometrics
    and Intelligent Laboratory Systems, 2001.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.REGRESSION}), scaling=True)
    weight = 0.1

    def parameters(self, task: Task) -> Space:
        """Return the number of directions, limited by rows and columns."""
        return space_of(integer("n_components", 1, 40, 6, log=True))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a regression on the standardised target."""
        from autoskl.components.predictors.adapted_estimators import AdaptedRegressor
        from autoskl.components.predictors.partial_least_squares import BoundedPLS

        arguments: dict[str, Any] = dict(values)
        return AdaptedRegressor(BoundedPLS(**arguments), random_state=context.seed)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        directions = min(float(values.get("n_components") or 6), shape.n_columns)
        return Cost(seconds=3e-3 + cells * (2e-8 + 8e-9 * directions), bytes=32.0 * cells)
