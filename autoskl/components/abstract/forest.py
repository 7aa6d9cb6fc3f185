"""Base class of forests."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Any, ClassVar

from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, real, space_of

_MAX_LEAVES = 15_000


class Forest(Component):
    """Average of trees that are randomised in rows, columns or thresholds."""

    role = Role.MODEL
    tags = Tags(missing=True, sparse=True, trees=True, out_of_bag=True)

    default_max_features: ClassVar[tuple[float, float]]
    """Default ``max_features``, for classification and for regression."""
    seconds_of_value: ClassVar[float]
    """Seconds per value that a split examines."""

    def own_parameters(self) -> Space:
        """Return further hyperparameters."""
        return Space(())

    def parameters(self, task: Task) -> Space:
        """Return number, shape and randomness of the trees; fractions are of columns and rows."""
        max_features = self.default_max_features[0 if task.is_classification else 1]
        always = space_of(
            integer("n_estimators", 64, 400, 160, log=True),
            real("max_features", 0.05, 1.0, max_features),
            integer("min_samples_leaf", 1, 50, 2, log=True),
            integer("min_samples_split", 2, 32, 2, log=True),
            self.own_parameters(),
        )
        if not task.is_classification:
            return always
        return space_of(always, choice("criterion", ["gini", "entropy"]))

    def make_forest(
        self, kind: Any, values: Mapping[str, Value], context: Context, **own: Any
    ) -> Any:
        """Return a forest of this class that respects the deadline."""
        leaf = int_value(values, "min_samples_leaf")
        return kind(
            **values,
            **own,
            # Best-first growth is slower, so it is limited to trees that may become this large.
            max_leaf_nodes=_MAX_LEAVES if context.shape.n_rows > leaf * _MAX_LEAVES else None,
            random_state=context.seed,
            n_jobs=context.threads,
        ).with_context(context)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        trees = float(values.get("n_estimators") or 160)
        max_features = float(values.get("max_features") or self.default_max_features[0])
        examined = shape.n_rows * float(values.get("max_samples") or 1.0)
        leaves = min(examined / float(values.get("min_samples_leaf") or 2), _MAX_LEAVES)
        examined *= max(max_features * shape.n_columns, 1.0)
        slowdown = (1.5 if values.get("criterion") == "entropy" else 1.0) + 0.1 * shape.n_classes
        per_tree = 1e-3 + self.seconds_of_value * slowdown * examined * log2(leaves + 2)
        nodes = trees * 2 * leaves * (64 + 8 * shape.n_classes)
        return Cost(seconds=trees * per_tree, bytes=nodes + 4.0 * shape.n_rows * shape.n_columns)
