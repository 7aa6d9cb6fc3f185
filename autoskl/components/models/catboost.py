"""CatBoost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.affordable_size import first_affordable, halvings
from autoskl.components.building.boosted_trees import build_boosting
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, constant, integer, ordinal, real, space_of, when

_MIN_BINS = 64
_MIN_ROUNDS = 10.0
"""Rounds that a useful model needs; the first takes as long as two or three."""
_SLOWDOWN = 3.0
"""Seconds per round of ordered boosting or asymmetric trees, relative to plain symmetric trees."""


class CatBoost(Component):
    """Boosted symmetric trees, with target statistics as encoding of categories.

    The defaults are tuned on 118 other data sets; the bounds cover TabArena's and these defaults.

    References
    ----------
    L. Prokhorenkova et al. "CatBoost: unbiased boosting with categorical features". NeurIPS, 2018.
    D. Holzmüller, L. Grinsztajn, I. Steinwart. "Better by default: Strong pre-tuned MLPs and
    boosted trees on tabular data". NeurIPS, 2024.
    N. Erickson et al. "TabArena: A living benchmark for machine learning on tabular data". 2025.
    """

    role = Role.MODEL
    tags = Tags(
        missing=True,
        sparse=True,
        categorical=True,
        text=True,
        trees=True,
        staged=True,
        anytime=True,
        needs=("catboost",),
    )
    weight = 2.0
    category_parameters = frozenset({"one_hot_max_size", "max_ctr_complexity", "model_size_reg"})

    def parameters(self, task: Task) -> Space:
        """Return number, shape, randomness and regularisation of the trees."""
        classes = task.is_classification
        return space_of(
            constant("n_estimators", 1000),
            real("learning_rate", 5e-3, 0.2, 0.08 if classes else 0.09, log=True),
            integer("depth", 4, 9, 7 if classes else 9),
            choice("grow_policy", ["SymmetricTree", "Depthwise", "Lossguide"], weights=[6, 2, 1]),
            when(
                "grow_policy",
                "SymmetricTree",
                choice("boosting_type", ["Plain", "Ordered"], weights=[19, 1]),
            ),
            when(
                "grow_policy",
                ["Depthwise", "Lossguide"],
                integer("min_data_in_leaf", 1, 100, 1, log=True),
            ),
            when("grow_policy", "Lossguide", integer("max_leaves", 8, 64, 31, log=True)),
            choice("score_function", ["Cosine", "L2"], weights=[4, 1]),
            real("l2_leaf_reg", 1e-5, 10.0, 1e-5, log=True),
            real("random_strength", 0.0, 2.0, 0.8 if classes else 0.0),
            choice("bootstrap_type", ["Bernoulli", "MVS", "Bayesian"], weights=[8, 1, 1]),
            when("bootstrap_type", ["Bernoulli", "MVS"], real("subsample", 0.6, 1.0, 0.9)),
            when("bootstrap_type", "Bayesian", real("bagging_temperature", 0.0, 2.0, 1.0)),
            real("colsample_bylevel", 0.5, 1.0, 1.0),
            integer("leaf_estimation_iterations", 1, 20, 1 if classes else 20, log=True),
            ordinal("border_count", [64, 128, 254], 254),
            integer("one_hot_max_size", 2, 100, 15 if classes else 20, log=True),
            integer("max_ctr_complexity", 1, 4, 4),
            real("model_size_reg", 0.1, 1.5, 0.5, log=True),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an estimator that implements `Staged`."""
        from autoskl.components.predictors.boosted_trees.staged_catboost import (
            StagedCatBoostClassifier,
            StagedCatBoostRegressor,
        )

        parameters: dict[str, Any] = dict(values)
        parameters.setdefault("boosting_type", "Plain")
        min_rounds = _MIN_ROUNDS * (1.0 if _is_fast(parameters) else _SLOWDOWN)
        parameters["depth"], parameters["border_count"] = first_affordable(
            context,
            _faster_settings(parameters["depth"], parameters["border_count"]),
            lambda setting: min_rounds * _seconds_of_tree(*setting, context.shape),
        )
        if not context.task.is_classification and context.wants_median:
            # Leaves are medians, found in one step.
            parameters.update(loss_function="MAE", leaf_estimation_iterations=1)
        return build_boosting(
            (StagedCatBoostClassifier, StagedCatBoostRegressor), parameters, context
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        depth = float(values.get("depth") or 7)
        rate = float(values.get("learning_rate") or 0.08)
        rounds = min(30 / rate, 1000)
        bins = _bins(float(values.get("border_count") or 254), shape)
        steps = 1.0 + 0.1 * float(values.get("leaf_estimation_iterations") or 1)
        cells = shape.n_rows * shape.n_columns
        tree = (
            1e-3
            + 1.5e-9 * cells * depth
            + 4e-9 * bins * shape.n_columns * 2.0**depth * shape.n_scores
        )
        tree += 2e-8 * shape.n_rows * shape.n_scores * steps
        tree *= _SLOWDOWN if values.get("boosting_type") == "Ordered" else 1.0
        memory = 6 * cells + 16 * bins * shape.n_columns * 2.0**depth * shape.n_scores
        return Cost(seconds=0.1 + 3e-7 * cells + rounds * tree, bytes=memory + 1e8)


def _is_fast(parameters: Mapping[str, Any]) -> bool:
    """Whether rounds have CatBoost's fastest form."""
    return (parameters["grow_policy"], parameters["boosting_type"]) == ("SymmetricTree", "Plain")


def _faster_settings(depth: int, bins: int) -> list[tuple[int, int]]:
    """Return depth and bins, then faster settings: fewer bins first, which cost least accuracy."""
    coarser = [(depth, fewer) for fewer in halvings(bins, _MIN_BINS)]
    return coarser + [(less, coarser[-1][1]) for less in range(depth - 1, 0, -1)]


def _seconds_of_tree(depth: int, bins: int, shape: Shape) -> float:
    """Return the seconds of one round if all columns fill their bins, an upper bound."""
    rows = 1.2e-9 * shape.n_rows * depth
    splits = 1.6e-8 * _bins(bins, shape) * 2.0**depth
    return 3e-4 + shape.n_scores * shape.n_columns * (rows + splits)


def _bins(max_bins: float, shape: Shape) -> float:
    """Return the number of bins of a column, which is limited by the rows."""
    return min(max_bins, shape.n_rows / 3)
