"""Add your own model to the search: one class, registered before the fit.

python examples/02_own_component.py
"""

from __future__ import annotations

from sklearn.datasets import load_diabetes
from sklearn.linear_model import TheilSenRegressor

import autoskl
from autoskl.components.component import Component, Role, Tags
from autoskl.core.task import Task
from autoskl.space import integer, space_of


class TheilSen(Component):
    """The median of linear fits on random subsets of the rows."""

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.REGRESSION}), scaling=True, weights=False)

    def parameters(self, task):
        """Return the hyperparameters to search."""
        return space_of(integer("max_subpopulation", 100, 10_000, 1_000, log=True))

    def build(self, values, context):
        """Return an unfitted estimator."""
        return TheilSenRegressor(**values, random_state=context.seed)


autoskl.register(TheilSen())

X, y = load_diabetes(return_X_y=True, as_frame=True)
model = autoskl.AutoRegressor(
    n_trials=4, include=["theil_sen", "linear"], n_jobs=2, cv=3, random_state=0
)
model.fit(X, y)
print(model.leaderboard_[["rank", "model", "score", "ensemble_weight"]].to_string(index=False))
