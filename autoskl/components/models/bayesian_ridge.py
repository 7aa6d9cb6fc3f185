"""Bayesian ridge regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real, space_of


class BayesianRidge(Component):
    """Ridge regression whose penalty maximises the marginal likelihood.

    References
    ----------
    D. J. C. MacKay. "Bayesian interpolation". Neural Computation, 1992.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.REGRESSION}), scaling=True)
    weight = 0.15

    def parameters(self, task: Task) -> Space:
        """Return the priors of noise (``alpha``) and coefficients (``lambda``)."""
        return space_of(
            real("alpha_1", 1e-10, 1e-3, 1e-6, log=True),
            real("alpha_2", 1e-10, 1e-3, 1e-6, log=True),
            real("lambda_1", 1e-10, 1e-3, 1e-6, log=True),
            real("lambda_2", 1e-10, 1e-3, 1e-6, log=True),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a regression on the standardised target."""
        from sklearn.linear_model import BayesianRidge as Regression

        from autoskl.components.predictors.adapted_estimators import AdaptedRegressor

        return AdaptedRegressor(Regression(**values, tol=1e-4))

    def fits(self, shape: Shape) -> bool:
        """Whether the columns can be decomposed in seconds."""
        return shape.n_columns <= 2_000

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        narrow = min(shape.n_columns, shape.n_rows)
        return Cost(seconds=2.5e-3 + cells * (3e-8 + 3.5e-10 * narrow), bytes=32.0 * cells)
