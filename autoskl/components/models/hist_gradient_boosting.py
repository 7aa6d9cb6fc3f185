"""Histogram gradient boosting of scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, constant, integer, real, space_of
from autoskl.tables.columns import Kind

_MOST_LEVELS = 255
"""Columns with more categories are read as numbers; the library cannot hold them as categories."""


class HistGradientBoosting(Component):
    """Boosted trees on histograms, stopped early on a tenth of the rows it is given.

    References
    ----------
    J. H. Friedman. "Greedy function approximation: a gradient boosting machine". Annals of
    Statistics, 2001.
    """

    role = Role.MODEL
    tags = Tags(missing=True, categorical=True)

    def parameters(self, task: Task) -> Space:
        """Return size, number and regularisation of the trees."""
        return space_of(
            constant("max_iter", 1000),
            real("learning_rate", 0.01, 0.3, 0.08, log=True),
            integer("max_leaf_nodes", 4, 255, 31, log=True),
            integer("min_samples_leaf", 2, 100, 20, log=True),
            real("l2_regularization", 1e-6, 10.0, 1e-3, log=True),
            real("max_features", 0.3, 1.0, 0.8),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `HistGradientBoosting...` that keeps to the deadline."""
        from autoskl.components.learners.histogram import HistogramClassifier, HistogramRegressor

        arguments: dict[str, Any] = {
            **values,
            "n_iter_no_change": 20,
            "random_state": context.seed,
            "categorical_features": [
                i
                for i, column in enumerate(context.columns)
                if column.kind is Kind.CATEGORICAL and column.n_levels <= _MOST_LEVELS
            ],
        }
        if context.task.is_classification:
            return HistogramClassifier(**arguments).under(context)
        loss = "absolute_error" if context.wants_median else "squared_error"
        return HistogramRegressor(loss=loss, **arguments).under(context)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        leaves = float(values.get("max_leaf_nodes") or 31)
        rate = float(values.get("learning_rate") or 0.08)
        rounds = min(5 / rate + 12, 1000)
        trees = shape.n_classes if shape.n_classes > 2 else 1
        cells = shape.n_rows * shape.n_columns
        per_tree = 1e-9 * cells * (leaves**0.5) + 3e-6 * leaves * shape.n_columns + 5e-4
        return Cost(seconds=0.02 + 2e-7 * cells + rounds * trees * per_tree, bytes=10.0 * cells)
