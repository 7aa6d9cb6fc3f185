"""LightGBM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.boosted_trees import build_boosting
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, constant, integer, ordinal, real, space_of, when


class LightGBM(Component):
    """Boosted trees grown leaf by leaf on histograms.

    The defaults are tuned on 118 other data sets; the bounds are those of TabArena.

    References
    ----------
    G. Ke et al. "LightGBM: A highly efficient gradient boosting decision tree". NeurIPS, 2017.
    D. Holzmüller, L. Grinsztajn, I. Steinwart. "Better by default: Strong pre-tuned MLPs and
    boosted trees on tabular data". NeurIPS, 2024.
    N. Erickson et al. "TabArena: A living benchmark for machine learning on tabular data". 2025.
    """

    role = Role.MODEL
    tags = Tags(
        missing=True,
        sparse=True,
        categorical=True,
        trees=True,
        staged=True,
        anytime=True,
        budget_aware=True,
        needs=("lightgbm",),
    )
    weight = 3.0
    category_parameters = frozenset(
        {"min_data_per_group", "cat_l2", "cat_smooth", "max_cat_to_onehot", "max_cat_threshold"}
    )

    def parameters(self, task: Task) -> Space:
        """Return number, shape, randomness and regularisation of the trees."""
        classes = task.is_classification
        return space_of(
            constant("n_estimators", 2000),
            real("learning_rate", 5e-3, 0.2, 0.04 if classes else 0.05, log=True),
            integer("num_leaves", 2, 255, 50 if classes else 100, log=True),
            integer("min_data_in_leaf", 1, 128, 40 if classes else 3, log=True),
            real("feature_fraction", 0.3, 1.0, 1.0),
            choice("data_sample_strategy", ["bagging", "goss"], weights=[9, 1]),
            when(
                "data_sample_strategy",
                "bagging",
                real("bagging_fraction", 0.5, 1.0, 0.75 if classes else 0.7),
            ),
            # GOSS keeps the rows with large gradients and samples the others.
            when(
                "data_sample_strategy",
                "goss",
                real("top_rate", 0.1, 0.5, 0.2),
                real("other_rate", 0.05, 0.5, 0.1),
            ),
            choice("extra_trees", [False, True], weights=[2, 1]),
            real("lambda_l1", 1e-5, 1.0, 1e-5, log=True),
            real("lambda_l2", 1e-5, 10.0, 1e-5, log=True),
            choice("path_smoothing", [False, True], weights=[4, 1]),
            when("path_smoothing", True, real("path_smooth", 0.1, 100.0, 1.0, log=True)),
            choice("linear_tree", [False, True], weights=[19, 1]),
            when("linear_tree", True, real("linear_lambda", 1e-3, 10.0, 0.1, log=True)),
            ordinal("max_bin", [63, 127, 255], 255),
            integer("min_data_per_group", 2, 200, 100, log=True),
            real("cat_l2", 5e-3, 20.0, 10.0, log=True),
            real("cat_smooth", 1e-3, 100.0, 10.0, log=True),
            integer("max_cat_to_onehot", 4, 100, 4, log=True),
            integer("max_cat_threshold", 8, 128, 32, log=True),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an estimator that implements `Staged`."""
        from autoskl.components.predictors.boosted_trees.staged_lightgbm import (
            StagedLightGBMClassifier,
            StagedLightGBMRegressor,
        )

        parameters: dict[str, Any] = dict(values)
        # With few rows, large leaves would prevent any split.
        max_leaf = max(context.shape.n_rows // 8, 1)
        parameters["min_data_in_leaf"] = min(parameters["min_data_in_leaf"], max_leaf)
        parameters.pop("path_smoothing")
        parameters["min_sum_hessian_in_leaf"] = 1e-7
        if parameters["data_sample_strategy"] == "bagging":
            # LightGBM rejects empty bags.
            one_row = 1.0 / context.shape.n_rows
            parameters["bagging_fraction"] = max(parameters["bagging_fraction"], one_row)
            parameters["bagging_freq"] = 1
        if not context.task.is_classification:
            parameters["objective"] = "l1" if context.wants_median else "l2"
            if context.wants_median:
                # The library does not support linear leaves with the absolute error.
                parameters["linear_tree"] = False
        return build_boosting(
            (StagedLightGBMClassifier, StagedLightGBMRegressor), parameters, context
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        leaves = float(values.get("num_leaves") or 50)
        rate = float(values.get("learning_rate") or 0.04)
        bins = min(float(values.get("max_bin") or 255), shape.n_rows / 3)
        slowdown = (1.6 if values.get("extra_trees") else 1.0) * max(50 / leaves, 1.0) ** 0.3
        rounds = min(16 / rate * slowdown, 2000)
        cells = shape.n_rows * shape.n_columns
        filled = min(leaves, shape.n_rows / float(values.get("min_data_in_leaf") or 20) + 1)
        tree = 5e-5 + 8e-9 * bins * filled * shape.n_columns + 1.5e-9 * cells * filled**0.5
        memory = 5 * cells + 24 * bins * shape.n_columns * leaves
        return Cost(
            seconds=0.005 + 2e-7 * cells + rounds * shape.n_scores * tree, bytes=memory + 2e7
        )
