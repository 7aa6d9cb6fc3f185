"""Random forests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.forest import Forest
from autoskl.components.component import Context
from autoskl.core.configuration import Value
from autoskl.space import Space, real, space_of


class RandomForest(Forest):
    """Average of trees grown on bootstrap samples, with random subsets of columns at each split.

    References
    ----------
    L. Breiman. "Random forests". Machine Learning, 2001.
    """

    default_max_features = (0.3, 0.5)
    seconds_of_value = 4e-8

    def own_parameters(self) -> Space:
        """Return the size of the bootstrap samples, as a fraction of the rows."""
        return space_of(real("max_samples", 0.3, 1.0, 1.0))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a forest that respects the deadline."""
        from autoskl.components.predictors.forest import ForestClassifier, ForestRegressor

        kind = ForestClassifier if context.task.is_classification else ForestRegressor
        return self.make_forest(kind, values, context)
