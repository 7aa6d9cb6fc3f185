"""XGBoost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.boosted_trees import build_boosting
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, constant, integer, ordinal, real, space_of, when

_MAX_LEVELS = 1_000
"""Maximum levels of a categorical column; with more, splits are slow and overfit."""


class XGBoost(Component):
    """Boosted trees with second-order gradients, grown level by level or leaf by leaf.

    The defaults are tuned on 118 other data sets; the bounds are those of TabArena.

    References
    ----------
    T. Chen, C. Guestrin. "XGBoost: A scalable tree boosting system". KDD, 2016.
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
        needs=("xgboost",),
    )
    weight = 2.0
    category_parameters = frozenset({"max_cat_to_onehot", "max_cat_threshold"})

    def parameters(self, task: Task) -> Space:
        """Return number, shape, randomness and regularisation of the trees."""
        classes = task.is_classification
        return space_of(
            constant("n_estimators", 2000),
            real("learning_rate", 5e-3, 0.2, 0.08 if classes else 0.05, log=True),
            choice("grow_policy", ["depthwise", "lossguide"], weights=[2, 1]),
            when("grow_policy", "depthwise", integer("max_depth", 3, 10, 6 if classes else 9)),
            when("grow_policy", "lossguide", integer("max_leaves", 8, 255, 48, log=True)),
            real("min_child_weight", 5e-6, 10.0, 5e-6 if classes else 2.0, log=True),
            real("subsample", 0.5, 1.0, 0.65 if classes else 0.7),
            real("colsample_bylevel", 0.3, 1.0, 0.9 if classes else 1.0),
            real("colsample_bynode", 0.5, 1.0, 1.0),
            choice("pruned", [False, True], weights=[4, 1]),
            when("pruned", True, real("gamma", 1e-3, 10.0, 0.1, log=True)),
            real("reg_alpha", 1e-5, 5.0, 1e-5, log=True),
            real("reg_lambda", 1e-5, 10.0, 1e-5, log=True),
            ordinal("max_bin", [64, 128, 256], 256),
            integer("max_cat_to_onehot", 2, 100, 4, log=True),
            integer("max_cat_threshold", 8, 128, 64, log=True),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an estimator that implements `Staged`."""
        from autoskl.components.predictors.boosted_trees.staged_xgboost import (
            StagedXGBoostClassifier,
            StagedXGBoostRegressor,
        )

        parameters: dict[str, Any] = dict(values)
        parameters.pop("pruned")
        if parameters["grow_policy"] == "lossguide":
            parameters["max_depth"] = 0
        # With few rows, a large minimum would prevent any split.
        parameters["min_child_weight"] = min(
            parameters["min_child_weight"], context.shape.n_rows / 50
        )
        # A subsample must not be empty.
        parameters["subsample"] = max(parameters["subsample"], 2.0 / context.shape.n_rows)
        if not context.task.is_classification and context.wants_median:
            parameters["objective"] = "reg:absoluteerror"
        return build_boosting(
            (StagedXGBoostClassifier, StagedXGBoostRegressor), parameters, context, _MAX_LEVELS
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        if values.get("grow_policy") == "lossguide":
            leaves = float(values.get("max_leaves") or 48)
        else:
            leaves = 2.0 ** float(values.get("max_depth") or 6)
        rate = float(values.get("learning_rate") or 0.08)
        bins = min(float(values.get("max_bin") or 256), shape.n_rows / 3)
        rounds = min(16 / rate * max(50 / leaves, 1.0) ** 0.3, 2000)
        cells = shape.n_rows * shape.n_columns
        filled = min(leaves, shape.n_rows / 5 + 1)
        tree = 2e-4 + 8e-9 * bins * filled * shape.n_columns + 2.5e-9 * cells * filled**0.5
        memory = 5 * cells + 24 * bins * shape.n_columns * leaves
        return Cost(
            seconds=0.01 + 4e-7 * cells + rounds * shape.n_scores * tree, bytes=memory + 4e7
        )
