"""Columns that a sparse linear model needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Context, Tags
from autoskl.components.selector import Selector
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real


class L1(Selector):
    """Keep the columns to which a linear model with an L1 penalty gives a coefficient.

    References
    ----------
    R. Tibshirani. "Regression shrinkage and selection via the lasso". Journal of the Royal
    Statistical Society B, 1996.
    """

    # Weights are taken, but what is drawn at random depends on the number of rows.
    tags = Tags(sparse=True, scaling=True, uses_target=True, weights=False)

    def parameters(self, task: Task) -> Space:
        """Return the inverse of the penalty's strength."""
        return Space([real("C", 0.003, 30.0, 0.3, log=True)])

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `SelectFromModel` of a linear support vector machine or of the lasso."""
        from sklearn.feature_selection import SelectFromModel

        from autoskl.components.learners.never_empty import NeverEmpty
        from autoskl.components.learners.sparse_support import SparseSupport

        model = SparseSupport(
            float(values["C"] or 0),
            classification=context.task.is_classification,
            random_state=context.seed,
        )
        return NeverEmpty(SelectFromModel(model, threshold=1e-8))
