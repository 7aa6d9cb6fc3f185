"""Extremely randomised trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.forest import Forest
from autoskl.components.component import Context
from autoskl.core.configuration import Value


class ExtraTrees(Forest):
    """Average of trees with random thresholds, grown on all rows.

    If out-of-bag predictions are requested, each tree is grown on a bootstrap sample instead.

    References
    ----------
    P. Geurts, D. Ernst, L. Wehenkel. "Extremely randomized trees". Machine Learning, 2006.
    """

    default_max_features = (0.5, 0.8)
    seconds_of_value = 9e-9

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a forest that respects the deadline."""
        from autoskl.components.predictors.forest import ExtraForestClassifier, ExtraForestRegressor

        classification = context.task.is_classification
        kind = ExtraForestClassifier if classification else ExtraForestRegressor
        return self.make_forest(kind, values, context, bootstrap=context.out_of_bag)
