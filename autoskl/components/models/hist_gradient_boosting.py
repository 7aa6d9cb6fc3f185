"""Histogram gradient boosting of scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.learners.affordable import affordable_form, halved
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, constant, integer, ordinal, real, space_of

_FEWEST_BINS = 63
_FEWEST_LEAVES = 4


class HistGradientBoosting(Component):
    """Boosted trees on histograms, stopped early on a part of the rows it is given.

    References
    ----------
    J. H. Friedman. "Greedy function approximation: a gradient boosting machine". Annals of
    Statistics, 2001.
    """

    role = Role.MODEL
    tags = Tags(missing=True, categorical=True, trees=True)

    def parameters(self, task: Task) -> Space:
        """Return size and regularisation of the trees, and how their number is found."""
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
        """Return a `HistGradientBoosting...` that keeps to the deadline."""
        from autoskl.components.learners.histogram import HistogramClassifier, HistogramRegressor

        arguments: dict[str, Any] = {**values, "random_state": context.seed}
        smallest = int(arguments["min_samples_leaf"])
        arguments["max_leaf_nodes"], arguments["max_bins"] = affordable_form(
            context,
            _forms(arguments["max_leaf_nodes"], arguments["max_bins"]),
            lambda form: _seconds_of_start(*form, smallest, context.shape),
        )
        # Each level needs a bin of its own; codes of more levels are taken for numbers.
        told = context.categorical_up_to(int(arguments["max_bins"]))
        arguments["categorical_features"] = list(told)
        if context.task.is_classification:
            return HistogramClassifier(**arguments).under(context)
        loss = "absolute_error" if context.wants_median else "squared_error"
        return HistogramRegressor(loss=loss, **arguments).under(context)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        leaves, bins = int(values.get("max_leaf_nodes") or 31), int(values.get("max_bins") or 255)
        smallest = int(values.get("min_samples_leaf") or 20)
        rate = float(values.get("learning_rate") or 0.08)
        rounds = min(5 / rate + 12, 1000)
        cells = shape.n_rows * shape.n_columns
        per_round = _seconds_of_round(leaves, bins, smallest, shape)
        return Cost(seconds=0.02 + 2e-7 * cells + rounds * per_round, bytes=10.0 * cells)


def _forms(leaves: int, bins: int) -> list[tuple[int, int]]:
    """Return leaves and bins, then quicker forms: fewer bins first, which cost least accuracy."""
    coarser = [(leaves, fewer) for fewer in halved(bins, _FEWEST_BINS)]
    return coarser + [(less, coarser[-1][1]) for less in halved(leaves, _FEWEST_LEAVES)]


def _seconds_of_start(leaves: int, bins: int, smallest: int, shape: Shape) -> float:
    """Return seconds of binning the columns and of two rounds."""
    binning = shape.n_columns * (1e-4 + 4.5e-6 * bins + 2e-7 * shape.n_rows)
    return binning + 2 * _seconds_of_round(leaves, bins, smallest, shape)


def _seconds_of_round(leaves: int, bins: int, smallest: int, shape: Shape) -> float:
    """Return seconds of the trees of one round; ``smallest`` is the size of a leaf."""
    filled = min(leaves, shape.n_rows / smallest + 1)
    column: float = 1.2e-8 * bins * filled + 1e-9 * shape.n_rows * filled**0.5
    return shape.n_scores * (5e-4 + shape.n_columns * column)
