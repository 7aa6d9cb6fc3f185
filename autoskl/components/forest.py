"""What forests have in common."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Any, ClassVar

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, real, space_of

_MOST_LEAVES = 15_000


class Forest(Component):
    """Average of trees that each see a random part of the rows, the columns or the thresholds."""

    role = Role.MODEL
    tags = Tags(missing=True, sparse=True, trees=True, out_of_bag=True)

    columns_at_split: ClassVar[tuple[float, float]]
    """Default share of the columns among which a split is chosen, for classes and for values."""
    seconds_of_value: ClassVar[float]
    """Seconds for each value that a split looks at."""

    def own_parameters(self) -> Space:
        """Return further hyperparameters."""
        return Space(())

    def parameters(self, task: Task) -> Space:
        """Return number, shape and randomness of the trees; shares are of columns and rows."""
        share = self.columns_at_split[0 if task.is_classification else 1]
        always = space_of(
            integer("n_estimators", 64, 400, 160, log=True),
            real("max_features", 0.05, 1.0, share),
            integer("min_samples_leaf", 1, 50, 2, log=True),
            integer("min_samples_split", 2, 32, 2, log=True),
            self.own_parameters(),
        )
        if not task.is_classification:
            return always
        return space_of(always, choice("criterion", ["gini", "entropy"]))

    def grown(self, kind: Any, values: Mapping[str, Value], context: Context, **own: Any) -> Any:
        """Return a forest of this kind that keeps to the deadline."""
        leaf = int(values["min_samples_leaf"] or 1)
        return kind(
            **values,
            **own,
            # Growing the best leaf first is slower; only where trees may become that large.
            max_leaf_nodes=_MOST_LEAVES if context.shape.n_rows > leaf * _MOST_LEAVES else None,
            random_state=context.seed,
            n_jobs=context.threads,
        ).under(context)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        trees = float(values.get("n_estimators") or 160)
        share = float(values.get("max_features") or self.columns_at_split[0])
        looked_at = shape.n_rows * float(values.get("max_samples") or 1.0)
        leaves = min(looked_at / float(values.get("min_samples_leaf") or 2), _MOST_LEAVES)
        looked_at *= max(share * shape.n_columns, 1.0)
        dearer = (1.5 if values.get("criterion") == "entropy" else 1.0) + 0.1 * shape.n_classes
        per_tree = 1e-3 + self.seconds_of_value * dearer * looked_at * log2(leaves + 2)
        held = trees * 2 * leaves * (64 + 8 * shape.n_classes)
        return Cost(seconds=trees * per_tree, bytes=held + 4.0 * shape.n_rows * shape.n_columns)
