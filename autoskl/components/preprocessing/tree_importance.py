"""Column selection by tree importances."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Any

from autoskl.components.abstract.selector import Selector
from autoskl.components.building.typed_values import float_value
from autoskl.components.component import Context, Cost, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer, real, space_of

_MAX_ROWS = 10_000
"""Maximum number of rows per tree."""
_TREES = 50
_MAX_FEATURES = 0.5


class TreeImportance(Selector):
    """Keep the columns with the highest impurity-based importance in randomised trees.

    References
    ----------
    P. Geurts, D. Ernst, L. Wehenkel. "Extremely randomized trees". Machine Learning, 2006.
    G. Louppe, L. Wehenkel, A. Sutera, P. Geurts. "Understanding variable importances in forests of
    randomized trees". NIPS, 2013.
    """

    # Sample weights are used, but random sampling depends on the number of rows.
    tags = Tags(missing=True, sparse=True, uses_target=True, weights=False)

    def parameters(self, task: Task) -> Space:
        """Return the fraction of columns that is kept, and the minimum leaf size."""
        return space_of(
            real("keep", 0.05, 0.95, 0.5), integer("min_samples_leaf", 1, 20, 3, log=True)
        )

    def share(self, values: Mapping[str, Value]) -> float:
        """Return the fraction of columns that is kept."""
        return float_value(values, "keep")

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        grown = min(shape.n_rows, _MAX_ROWS)
        examined = grown * log2(grown + 2) * max(_MAX_FEATURES * shape.n_columns, 1.0)
        per_tree = 1e-3 + 2e-8 * examined + 8e-8 * shape.n_rows
        memory = 80.0 * grown * _TREES + 16.0 * shape.n_rows * shape.n_columns
        return Cost(seconds=_TREES * per_tree, bytes=memory)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `SelectFromModel` with extremely randomised trees, which are not kept."""
        import numpy as np
        from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
        from sklearn.feature_selection import SelectFromModel

        from autoskl.components.transformers.max_features import ShareOfColumns
        from autoskl.components.transformers.non_empty_selector import NonEmptySelector

        classification = context.task.is_classification
        sampled = context.shape.n_rows > _MAX_ROWS
        trees = (ExtraTreesClassifier if classification else ExtraTreesRegressor)(
            n_estimators=_TREES,
            min_samples_leaf=values["min_samples_leaf"],
            max_features=_MAX_FEATURES,
            bootstrap=sampled,
            max_samples=_MAX_ROWS if sampled else None,
            random_state=context.seed,
            n_jobs=context.threads,
        )
        kept = ShareOfColumns(self.share(values))
        return NonEmptySelector(SelectFromModel(trees, threshold=-np.inf, max_features=kept))
