"""Explainable boosting machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autoskl.components.building.affordable_size import first_affordable, halvings
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, constant, integer, ordinal, real, space_of, when
from autoskl.tables.columns import Kind

_MAX_CELLS = 1_000_000
_MIN_BINS = 32


class ExplainableBoosting(Component):
    """A sum of functions of single columns and of some pairs, fitted by cyclic boosting.

    References
    ----------
    Y. Lou, R. Caruana, J. Gehrke, G. Hooker. "Accurate intelligible models with pairwise
    interactions". KDD, 2013.
    H. Nori, S. Jenkins, P. Koch, R. Caruana. "InterpretML: A unified framework for machine learning
    interpretability". 2019.
    """

    role = Role.MODEL
    tags = Tags(missing=True, categorical=True, trees=True, needs=("interpret",))
    weight = 0.2
    category_parameters = frozenset({"cat_smooth", "min_cat_samples"})

    def parameters(self, task: Task) -> Space:
        """Return learning rate, smoothness and number of pairs."""
        return space_of(
            constant("max_rounds", 5000),
            constant("outer_bags", 2),
            real("learning_rate", 5e-3, 0.2, 0.05, log=True),
            integer("max_leaves", 2, 4, 3),
            ordinal("interactions", [0, 5, 10, 20], 5),
            when(
                "interactions",
                [5, 10, 20],
                ordinal("max_interaction_bins", [16, 32, 64], 64),
                integer("interaction_smoothing_rounds", 1, 200, 75, log=True),
            ),
            ordinal("max_bins", [64, 256, 1024], 256),
            integer("smoothing_rounds", 1, 500, 75, log=True),
            integer("min_samples_leaf", 2, 20, 4, log=True),
            real("greedy_ratio", 0.1, 10.0, 5.0, log=True),
            real("min_hessian", 1e-10, 1e-2, 1e-4, log=True),
            real("gain_scale", 0.5, 5.0, 5.0, log=True),
            real("cat_smooth", 5.0, 100.0, 10.0, log=True),
            integer("min_cat_samples", 5, 20, 10),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an explainable boosting machine that respects the deadline."""
        from autoskl.components.predictors.explainable_boosting import (
            TimedExplainableClassifier,
            TimedExplainableRegressor,
        )

        arguments: dict[str, Any] = dict(values)
        arguments["max_bins"], arguments["outer_bags"] = first_affordable(
            context,
            _faster_settings(arguments["max_bins"], arguments["outer_bags"]),
            lambda setting: (
                _seconds_of_bins(setting[0], context.shape)
                + _seconds_of_end(setting[1], context.shape)
            ),
        )
        if context.shape.n_classes > 2:
            # The library supports pairs only for binary classification and regression.
            arguments["interactions"] = 0
        arguments["feature_types"] = [
            "nominal" if column.kind is Kind.CATEGORICAL else "continuous"
            for column in context.columns
        ]
        classification = context.task.is_classification
        return (TimedExplainableClassifier if classification else TimedExplainableRegressor)(
            **arguments, n_jobs=1, random_state=context.seed % 2**31
        ).with_context(_earlier(context, _seconds_of_end(arguments["outer_bags"], context.shape)))

    def fits(self, shape: Shape) -> bool:
        """Whether a fit takes a minute or two."""
        return shape.n_rows * shape.n_columns <= _MAX_CELLS and shape.n_classes <= 10

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        rounds = min(25 / float(values.get("learning_rate") or 0.05), 5000)
        pairs = 1 + 0.1 * float(values.get("interactions") or 0)
        step = 2e-5 * shape.n_columns + 6e-9 * cells
        bins, bags = int(values.get("max_bins") or 256), int(values.get("outer_bags") or 2)
        seconds = 0.02 + bags * shape.n_scores * pairs * rounds * step
        seconds += _seconds_of_bins(bins, shape) + _seconds_of_end(bags, shape)
        return Cost(seconds=seconds, bytes=30.0 * cells + 1e8)


def _faster_settings(bins: int, bags: int) -> list[tuple[int, int]]:
    """Return bins and bags, then faster settings: fewer bins first."""
    coarser = [(fewer, bags) for fewer in halvings(bins, _MIN_BINS)]
    return [*coarser, (coarser[-1][0], 1)]


def _seconds_of_bins(bins: int, shape: Shape) -> float:
    """Return the seconds of binning the columns."""
    return shape.n_columns * (4e-4 + 9e-6 * min(bins, shape.n_rows) + 7e-7 * shape.n_rows)


def _seconds_of_end(bags: int, shape: Shape) -> float:
    """Return the seconds of merging the bags into one model."""
    per_score = 1e-4 * bags * shape.n_columns + 3e-6 * shape.n_rows
    return 3e-4 * shape.n_columns + shape.n_scores * per_score


def _earlier(context: Context, seconds: float) -> Context:
    """Return the context with an earlier deadline."""
    if context.deadline is None:
        return context
    return replace(context, deadline=context.deadline - seconds)
