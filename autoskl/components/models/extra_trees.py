"""Extremely randomised trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Context
from autoskl.components.forest import Forest
from autoskl.core.configuration import Value


class ExtraTrees(Forest):
    """Average of trees whose thresholds are drawn at random, grown on all rows.

    Where out-of-bag predictions are wanted, each tree grows on a bootstrap sample instead.

    References
    ----------
    P. Geurts, D. Ernst, L. Wehenkel. "Extremely randomized trees". Machine Learning, 2006.
    """

    columns_at_split = (0.5, 0.8)
    seconds_of_value = 9e-9

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a forest that keeps to the deadline."""
        from autoskl.components.learners.forest import ExtraForestClassifier, ExtraForestRegressor

        classification = context.task.is_classification
        kind = ExtraForestClassifier if classification else ExtraForestRegressor
        return self.grown(kind, values, context, bootstrap=context.out_of_bag)
