"""AdaBoost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, real, space_of


class AdaBoost(Component):
    """Small trees, each fitted with more weight on the errors of the previous ones.

    References
    ----------
    J. Zhu, H. Zou, S. Rosset, T. Hastie. "Multi-class AdaBoost". Statistics and its Interface,
    2009.
    H. Drucker. "Improving regressors using boosting techniques". ICML, 1997.
    """

    role = Role.MODEL
    tags = Tags(sparse=True, trees=True)
    weight = 0.15

    def parameters(self, task: Task) -> Space:
        """Return number, size and influence of the trees."""
        always = (
            integer("n_estimators", 20, 200, 100, log=True),
            real("learning_rate", 0.01, 2.0, 0.5, log=True),
            integer("max_depth", 1, 6, 2 if task.is_classification else 5),
        )
        if task.is_classification:
            return space_of(*always)
        losses = choice("loss", ["linear", "square", "exponential"], weights=[3, 1, 1])
        return space_of(*always, losses)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an AdaBoost estimator that respects the deadline."""
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        from autoskl.components.predictors.timed_ada_boost import (
            TimedAdaBoostClassifier,
            TimedAdaBoostRegressor,
        )

        arguments: dict[str, Any] = dict(values)
        depth = arguments.pop("max_depth")
        if context.task.is_classification:
            tree: Any = DecisionTreeClassifier(max_depth=depth)
            return TimedAdaBoostClassifier(
                tree, random_state=context.seed, **arguments
            ).with_context(context)
        tree = DecisionTreeRegressor(max_depth=depth)
        return TimedAdaBoostRegressor(tree, random_state=context.seed, **arguments).with_context(
            context
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        trees = float(values.get("n_estimators") or 100)
        depth = float(values.get("max_depth") or 2)
        cells = shape.n_rows * shape.n_columns
        tree = 3e-3 + cells * (9e-8 + 5e-8 * depth) + 2e-8 * shape.n_rows * shape.n_classes
        return Cost(seconds=trees * tree, bytes=8.0 * cells + trees * 200 * 2.0**depth)
