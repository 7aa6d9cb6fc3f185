"""Univariate column selection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.selector import Selector
from autoskl.components.building.typed_values import float_value
from autoskl.components.component import Context, Cost, Shape
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of


class Percentile(Selector):
    """Keep the columns with the highest F statistic or mutual information with the target.

    References
    ----------
    B. C. Ross. "Mutual information between discrete and continuous data sets". PLoS ONE, 2014.
    """

    def parameters(self, task: Task) -> Space:
        """Return the percentage of columns that is kept, and the score."""
        return space_of(
            real("percentile", 5.0, 95.0, 50.0), choice("score", ["f", "mutual_information"])
        )

    def share(self, values: Mapping[str, Value]) -> float:
        """Return the fraction of columns that is kept."""
        return float_value(values, "percentile") / 100

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        plain = super().cost(values, shape)
        if values["score"] == "f":
            return plain
        from autoskl.components.transformers.univariate_scores import max_rows_for

        estimated = min(max_rows_for(shape.n_columns), shape.n_rows) * shape.n_columns
        return Cost(seconds=plain.seconds + 7.5e-6 * estimated, bytes=plain.bytes)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `SelectPercentile`."""
        from sklearn.feature_selection import SelectPercentile

        from autoskl.components.transformers.non_empty_selector import NonEmptySelector
        from autoskl.components.transformers.univariate_scores import ColumnScores

        # In sparse columns nearly all neighbours would be ties.
        score = "f" if context.is_sparse else str(values["score"])
        scores = ColumnScores(score, context.task.is_classification, context.seed)
        return NonEmptySelector(SelectPercentile(scores, percentile=values["percentile"]))
