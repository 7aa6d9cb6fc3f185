"""scikit-learn's histogram gradient boosting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.affordable_size import first_affordable, halvings
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, constant, integer, ordinal, real, space_of

_MIN_BINS = 63
_MIN_LEAVES = 4
_MAX_CELLS = 16_000_000


class HistGradientBoosting(Component):
    """Boosted trees on histograms, stopped early on a held-out part of the training rows.

    References
    ----------
    J. H. Friedman. "Greedy function approximation: a gradient boosting machine". Annals of
    Statistics, 2001.
    """

    role = Role.MODEL
    tags = Tags(missing=True, categorical=True, trees=True, anytime=True, budget_aware=True)

    def parameters(self, task: Task) -> Space:
        """Return size and regularisation of the trees, and the early-stopping parameters."""
        return space_of(
            constant("max_iter", 1000),
            real("learning_rate", 0.01, 0.3, 0.08, log=True),
            integer("max_leaf_nodes", 4, 255, 31, log=True),
            integer("min_samples_leaf", 2, 100, 20, log=True),
            real("l2_regularization", 1e-6, 10.0, 1e-3, log=True),
            real("max_features", 0.3, 1.0, 0.8),
            ordinal("max_bins", [63, 127, 255], 255),
            real("validation_fraction", 0.05, 0.3, 0.1),
            integer("n_iter_no_change", 5, 50, 20, log=True),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `HistGradientBoosting` estimator that respects the deadline."""
        from autoskl.components.predictors.histogram_boosting import (
            HistogramClassifier,
            HistogramRegressor,
        )

        arguments: dict[str, Any] = {**values, "random_state": context.seed}
        min_leaf = int(arguments["min_samples_leaf"])
        arguments["max_leaf_nodes"], arguments["max_bins"] = first_affordable(
            context,
            _faster_settings(arguments["max_leaf_nodes"], arguments["max_bins"]),
            lambda setting: _seconds_of_start(*setting, min_leaf, context.shape),
        )
        # Each level needs its own bin; columns with more levels are treated as numbers.
        categorical = context.categorical_up_to(int(arguments["max_bins"]))
        arguments["categorical_features"] = list(categorical)
        if context.task.is_classification:
            return HistogramClassifier(**arguments).with_context(context)
        loss = "absolute_error" if context.wants_median else "squared_error"
        return HistogramRegressor(loss=loss, **arguments).with_context(context)

    def fits(self, shape: Shape) -> bool:
        """Whether two copies of the table in double precision, which scikit-learn makes, are small.

        LightGBM reads a large table in place and learns the same trees faster.
        """
        return shape.n_rows * shape.n_columns <= _MAX_CELLS

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        leaves, bins = int(values.get("max_leaf_nodes") or 31), int(values.get("max_bins") or 255)
        min_leaf = int(values.get("min_samples_leaf") or 20)
        rate = float(values.get("learning_rate") or 0.08)
        rounds = min(5 / rate + 12, 1000)
        cells = shape.n_rows * shape.n_columns
        per_round = _seconds_of_round(leaves, bins, min_leaf, shape)
        return Cost(seconds=0.02 + 2e-7 * cells + rounds * per_round, bytes=16.0 * cells)


def _faster_settings(leaves: int, bins: int) -> list[tuple[int, int]]:
    """Return leaves and bins, then faster settings: fewer bins first, which cost least accuracy."""
    coarser = [(leaves, fewer) for fewer in halvings(bins, _MIN_BINS)]
    return coarser + [(less, coarser[-1][1]) for less in halvings(leaves, _MIN_LEAVES)]


def _seconds_of_start(leaves: int, bins: int, min_leaf: int, shape: Shape) -> float:
    """Return the seconds of binning the columns and of two rounds."""
    binning = shape.n_columns * (1e-4 + 4.5e-6 * bins + 2e-7 * shape.n_rows)
    return binning + 2 * _seconds_of_round(leaves, bins, min_leaf, shape)


def _seconds_of_round(leaves: int, bins: int, min_leaf: int, shape: Shape) -> float:
    """Return the seconds of the trees of one round."""
    filled = min(leaves, shape.n_rows / min_leaf + 1)
    column: float = 1.2e-8 * bins * filled + 1e-9 * shape.n_rows * filled**0.5
    return shape.n_scores * (5e-4 + shape.n_columns * column)
