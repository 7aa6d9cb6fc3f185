"""Columns that tell most, looked at one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Context, Cost, Shape
from autoskl.components.selector import Selector
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of


class Percentile(Selector):
    """Keep the columns with the largest scores: F statistic or mutual information with the target.

    References
    ----------
    B. C. Ross. "Mutual information between discrete and continuous data sets". PLoS ONE, 2014.
    """

    def parameters(self, task: Task) -> Space:
        """Return the share of the columns that is kept, in percent, and the score."""
        return space_of(
            real("percentile", 5.0, 95.0, 50.0), choice("score", ["f", "mutual_information"])
        )

    def share(self, values: Mapping[str, Value]) -> float:
        """Return the share of the columns that is kept."""
        return float(values["percentile"] or 0) / 100

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        plain = super().cost(values, shape)
        if values["score"] == "f":
            return plain
        from autoskl.components.learners.column_scores import most_rows

        estimated = min(most_rows(shape.n_columns), shape.n_rows) * shape.n_columns
        return Cost(seconds=plain.seconds + 7.5e-6 * estimated, bytes=plain.bytes)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `SelectPercentile`."""
        from sklearn.feature_selection import SelectPercentile

        from autoskl.components.learners.column_scores import ColumnScores
        from autoskl.components.learners.never_empty import NeverEmpty

        # The neighbours in sparse columns would nearly all be equal.
        score = "f" if context.is_sparse else str(values["score"])
        scores = ColumnScores(score, context.task.is_classification, context.seed)
        return NeverEmpty(SelectPercentile(scores, percentile=values["percentile"]))
