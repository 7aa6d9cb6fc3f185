"""Huber regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.affordable_size import affordable
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real, space_of


class Huber(Component):
    """Linear regression whose loss is quadratic for small and linear for large errors.

    References
    ----------
    P. J. Huber, E. M. Ronchetti. "Robust statistics". Wiley, 2009.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.REGRESSION}), sparse=True, scaling=True)
    weight = 0.15

    def parameters(self, task: Task) -> Space:
        """Return the threshold of large errors in standard deviations, and the penalty."""
        return space_of(
            real("epsilon", 1.05, 5.0, 1.35, log=True), real("alpha", 1e-6, 10.0, 1e-3, log=True)
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a regression on the standardised target."""
        from sklearn.linear_model import HuberRegressor

        from autoskl.components.predictors.adapted_estimators import AdaptedRegressor

        cells = context.shape.n_rows * context.shape.n_columns
        max_iter = affordable(context, 2e-8 * cells + 3e-4, 300, 3)
        return AdaptedRegressor(HuberRegressor(**values, max_iter=max_iter))

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        seconds = 5e-3 + cells * (1.2e-7 + 1.3e-9 * shape.n_columns)
        return Cost(seconds=seconds, bytes=32.0 * cells)
