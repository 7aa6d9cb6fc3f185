"""Extremely randomised trees."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, real, space_of

_MOST_LEAVES = 15_000


class ExtraTrees(Component):
    """Average of trees whose thresholds are drawn at random, grown on all rows.

    Where out-of-bag predictions are wanted, each tree grows on a bootstrap sample instead.

    References
    ----------
    P. Geurts, D. Ernst, L. Wehenkel. "Extremely randomized trees". Machine Learning, 2006.
    """

    role = Role.MODEL
    tags = Tags(missing=True, sparse=True, out_of_bag=True)

    def parameters(self, task: Task) -> Space:
        """Return number, shape and randomness of the trees; ``max_features`` is a share."""
        classification = task.is_classification
        always = (
            integer("n_estimators", 64, 400, 160, log=True),
            real("max_features", 0.05, 1.0, 0.5 if classification else 0.8),
            integer("min_samples_leaf", 1, 50, 2, log=True),
            integer("min_samples_split", 2, 32, 2, log=True),
        )
        if not classification:
            return space_of(*always)
        return space_of(*always, choice("criterion", ["gini", "entropy"]))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a forest that keeps to the deadline."""
        from autoskl.components.learners.forest import ExtraForestClassifier, ExtraForestRegressor

        leaf = int(values["min_samples_leaf"] or 1)
        classification = context.task.is_classification
        forest = ExtraForestClassifier if classification else ExtraForestRegressor
        return forest(
            **values,
            bootstrap=context.out_of_bag,
            # Growing the best leaf first is slower; only where trees may become that large.
            max_leaf_nodes=_MOST_LEAVES if context.shape.n_rows > leaf * _MOST_LEAVES else None,
            random_state=context.seed,
            n_jobs=context.threads,
        ).under(context)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        trees = float(values.get("n_estimators") or 160)
        features = float(values.get("max_features") or 0.5) * shape.n_columns
        leaves = min(shape.n_rows / float(values.get("min_samples_leaf") or 2), _MOST_LEAVES)
        dearer = (1.5 if values.get("criterion") == "entropy" else 1.0) + 0.1 * shape.n_classes
        per_tree = 1e-3 + 9e-9 * dearer * shape.n_rows * max(features, 1.0) * log2(leaves + 2)
        held = trees * 2 * leaves * (64 + 8 * shape.n_classes)
        return Cost(seconds=trees * per_tree, bytes=held + 4.0 * shape.n_rows * shape.n_columns)
