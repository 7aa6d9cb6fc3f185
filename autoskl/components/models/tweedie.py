"""Tweedie regression: generalised linear models for nonnegative targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.affordable_size import affordable
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of


class Tweedie(Component):
    """Generalised linear model with a log link and a variance that is a power of the mean.

    Power 1 is Poisson regression and 2 gamma regression; in between, many values may be 0.

    References
    ----------
    B. Jorgensen. "Exponential dispersion models". Journal of the Royal Statistical Society B, 1987.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.REGRESSION}), sparse=True, scaling=True)
    weight = 0.2

    def parameters(self, task: Task) -> Space:
        """Return the power and the penalty."""
        return space_of(
            choice("power", [1.0, 1.2, 1.5, 1.8]), real("alpha", 1e-6, 10.0, 1e-3, log=True)
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a generalised linear model, which rejects negative targets."""
        from autoskl.components.predictors.log_linear import LogLinearRegressor

        arguments: dict[str, Any] = dict(values)
        cells = context.shape.n_rows * context.shape.n_columns
        max_iter = affordable(context, 2e-8 * cells + 3e-4, 300, 3)
        return LogLinearRegressor(**arguments, max_iter=max_iter)

    def fits(self, shape: Shape) -> bool:
        """Whether no target value is negative."""
        return not shape.has_negative_values

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        seconds = 5e-3 + cells * (2.5e-8 + 2.6e-10 * shape.n_columns)
        return Cost(seconds=seconds, bytes=32.0 * cells)
