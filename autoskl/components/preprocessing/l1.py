"""Column selection by an L1-penalised linear model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.selector import Selector
from autoskl.components.building.typed_values import float_value
from autoskl.components.component import Context, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real


class L1(Selector):
    """Keep the columns with a nonzero coefficient in an L1-penalised linear model.

    References
    ----------
    R. Tibshirani. "Regression shrinkage and selection via the lasso". Journal of the Royal
    Statistical Society B, 1996.
    """

    # Sample weights are used, but random sampling depends on the number of rows.
    tags = Tags(sparse=True, scaling=True, uses_target=True, weights=False)

    def parameters(self, task: Task) -> Space:
        """Return the inverse strength of the penalty."""
        return Space([real("C", 0.003, 30.0, 0.3, log=True)])

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `SelectFromModel` with a linear SVM or the lasso."""
        from sklearn.feature_selection import SelectFromModel

        from autoskl.components.transformers.l1_importances import SparseSupport
        from autoskl.components.transformers.non_empty_selector import NonEmptySelector

        model = SparseSupport(
            float_value(values, "C"),
            classification=context.task.is_classification,
            random_state=context.seed,
        )
        return NonEmptySelector(SelectFromModel(model, threshold=1e-8))
