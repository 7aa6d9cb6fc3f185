"""Decision tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, real, space_of


class DecisionTree(Component):
    """A single tree, grown greedily and pruned.

    References
    ----------
    L. Breiman, J. Friedman, R. Olshen, C. Stone. "Classification and regression trees". 1984.
    """

    role = Role.MODEL
    tags = Tags(missing=True, sparse=True, trees=True)
    weight = 0.15

    def parameters(self, task: Task) -> Space:
        """Return shape and pruning of the tree."""
        always = (
            integer("max_depth", 2, 20, 10),
            integer("min_samples_leaf", 1, 100, 10, log=True),
            integer("min_samples_split", 2, 50, 2, log=True),
            real("max_features", 0.3, 1.0, 1.0),
            real("ccp_alpha", 1e-6, 1e-2, 1e-5, log=True),
            choice("splitter", ["best", "random"], weights=[4, 1]),
        )
        if not task.is_classification:
            return space_of(*always)
        return space_of(*always, choice("criterion", ["gini", "entropy"]))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a tree; regression trees are fitted to the standardised target."""
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        from autoskl.components.predictors.adapted_estimators import AdaptedRegressor

        arguments: dict[str, Any] = {**values, "random_state": context.seed}
        # With few rows, large leaves would prevent any split.
        smallest = max(context.shape.n_rows // 8, 1)
        arguments["min_samples_leaf"] = min(arguments["min_samples_leaf"], smallest)
        if context.task.is_classification:
            return DecisionTreeClassifier(**arguments)
        return AdaptedRegressor(DecisionTreeRegressor(**arguments))

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        searched = cells * float(values.get("max_features") or 1.0)
        depth = min(float(values.get("max_depth") or 10), 12)
        return Cost(seconds=2e-3 + 6e-8 * searched * depth, bytes=8.0 * cells + 1e6)
