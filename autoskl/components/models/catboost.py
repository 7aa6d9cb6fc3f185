"""CatBoost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, constant, integer, ordinal, real, space_of
from autoskl.tables.columns import Kind


class CatBoost(Component):
    """Boosted trees that split a whole level alike and encode categories by target statistics.

    The defaults are tuned on 118 other data sets, the bounds are those of TabArena and of these
    defaults.

    References
    ----------
    L. Prokhorenkova et al. "CatBoost: unbiased boosting with categorical features". NeurIPS, 2018.
    D. Holzmüller, L. Grinsztajn, I. Steinwart. "Better by default: Strong pre-tuned MLPs and
    boosted trees on tabular data". NeurIPS, 2024.
    N. Erickson et al. "TabArena: A living benchmark for machine learning on tabular data". 2025.
    """

    role = Role.MODEL
    tags = Tags(
        missing=True, sparse=True, categorical=True, text=True, staged=True, needs=("catboost",)
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
            choice("grow_policy", ["SymmetricTree", "Depthwise"], weights=[3, 1]),
            real("l2_leaf_reg", 1e-5, 10.0, 1e-5, log=True),
            real("random_strength", 0.0, 2.0, 0.8 if classes else 0.0),
            real("subsample", 0.6, 1.0, 0.9),
            real("colsample_bylevel", 0.5, 1.0, 1.0),
            integer("leaf_estimation_iterations", 1, 20, 1 if classes else 20, log=True),
            ordinal("border_count", [64, 128, 254], 254),
            integer("one_hot_max_size", 2, 100, 15 if classes else 20, log=True),
            integer("max_ctr_complexity", 1, 4, 4),
            real("model_size_reg", 0.1, 1.5, 0.5, log=True),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an estimator that keeps to `Staged`."""
        from autoskl.components.learners.staged_catboost import (
            StagedCatBoostClassifier,
            StagedCatBoostRegressor,
        )

        parameters: dict[str, Any] = dict(values)
        rounds = parameters.pop("n_estimators")
        parameters.update(boosting_type="Plain", bootstrap_type="Bernoulli")
        classification = context.task.is_classification
        if not classification and context.wants_median:
            # Leaves are medians, found at once.
            parameters.update(loss_function="MAE", leaf_estimation_iterations=1)
        return (StagedCatBoostClassifier if classification else StagedCatBoostRegressor)(
            parameters=parameters,
            n_estimators=rounds,
            categorical=tuple(
                i for i, column in enumerate(context.columns) if column.kind is Kind.CATEGORICAL
            ),
            random_state=context.seed,
            n_jobs=context.threads,
        ).under(context)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        depth = float(values.get("depth") or 7)
        rate = float(values.get("learning_rate") or 0.08)
        rounds = min(30 / rate, 1000)
        scores = shape.n_classes if shape.n_classes > 2 else 1
        bins = min(float(values.get("border_count") or 254), shape.n_rows / 3)
        steps = 1.0 + 0.1 * float(values.get("leaf_estimation_iterations") or 1)
        cells = shape.n_rows * shape.n_columns
        tree = 1e-3 + 1.5e-9 * cells * depth + 4e-9 * bins * shape.n_columns * 2.0**depth * scores
        tree += 2e-8 * shape.n_rows * scores * steps
        held = 6 * cells + 16 * bins * shape.n_columns * 2.0**depth * scores
        return Cost(seconds=0.1 + 3e-7 * cells + rounds * tree, bytes=held + 1e8)
