"""Random forests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Context
from autoskl.components.forest import Forest
from autoskl.core.configuration import Value
from autoskl.space import Space, real, space_of


class RandomForest(Forest):
    """Average of trees grown on bootstrap samples, each split among a random part of the columns.

    References
    ----------
    L. Breiman. "Random forests". Machine Learning, 2001.
    """

    columns_at_split = (0.3, 0.5)
    seconds_of_value = 4e-8

    def own_parameters(self) -> Space:
        """Return the size of the bootstrap samples, as a share of the rows."""
        return space_of(real("max_samples", 0.3, 1.0, 1.0))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a forest that keeps to the deadline."""
        from autoskl.components.learners.forest import ForestClassifier, ForestRegressor

        kind = ForestClassifier if context.task.is_classification else ForestRegressor
        return self.grown(kind, values, context)
