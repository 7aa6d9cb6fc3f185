"""Automatic relevance determination."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.affordable_size import affordable
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real, space_of


class AutomaticRelevance(Component):
    """Bayesian regression with a penalty for each column, which drops irrelevant ones.

    References
    ----------
    D. J. C. MacKay. "Bayesian nonlinear modeling for the prediction competition". ASHRAE
    Transactions, 1994.
    M. Tipping. "Sparse Bayesian learning and the relevance vector machine". Journal of Machine
    Learning Research, 2001.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.REGRESSION}), scaling=True)
    weight = 0.1

    def parameters(self, task: Task) -> Space:
        """Return the priors, and the precision above which a column is dropped."""
        return space_of(
            real("alpha_1", 1e-10, 1e-3, 1e-6, log=True),
            real("alpha_2", 1e-10, 1e-3, 1e-6, log=True),
            real("lambda_1", 1e-10, 1e-3, 1e-6, log=True),
            real("lambda_2", 1e-10, 1e-3, 1e-6, log=True),
            real("threshold_lambda", 1e3, 1e5, 1e4, log=True),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a regression on the standardised target."""
        from sklearn.linear_model import ARDRegression

        from autoskl.components.predictors.adapted_estimators import AdaptedRegressor

        max_iter = affordable(context, _seconds_of_iteration(context.shape), 100)
        model = ARDRegression(**values, max_iter=max_iter)
        return AdaptedRegressor(model, random_state=context.seed)

    def fits(self, shape: Shape) -> bool:
        """Whether the matrices that each iteration inverts are small."""
        return shape.n_columns <= 300 and shape.n_rows * shape.n_columns <= 5_000_000

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        narrow = min(shape.n_columns, shape.n_rows)
        seconds = 3e-3 + cells * (2e-8 + 4e-10 * narrow) + 4e-8 * narrow**3
        return Cost(seconds=seconds, bytes=32.0 * cells)


def _seconds_of_iteration(shape: Shape) -> float:
    narrow = min(shape.n_columns, shape.n_rows)
    return 3e-4 + shape.n_rows * shape.n_columns * (2e-9 + 5e-10 * narrow) + 5e-9 * narrow**3
