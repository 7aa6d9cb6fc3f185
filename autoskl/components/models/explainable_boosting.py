"""Explainable boosting machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, constant, integer, ordinal, real, space_of
from autoskl.tables.columns import Kind

_MOST_CELLS = 1_000_000


class ExplainableBoosting(Component):
    """A sum of functions of single columns and of some pairs, boosted in turns.

    References
    ----------
    Y. Lou, R. Caruana, J. Gehrke, G. Hooker. "Accurate intelligible models with pairwise
    interactions". KDD, 2013.
    H. Nori, S. Jenkins, P. Koch, R. Caruana. "InterpretML: A unified framework for machine learning
    interpretability". 2019.
    """

    role = Role.MODEL
    tags = Tags(missing=True, categorical=True, needs=("interpret",))
    weight = 0.2

    def parameters(self, task: Task) -> Space:
        """Return steps, smoothness and number of pairs."""
        return space_of(
            constant("max_rounds", 5000),
            constant("outer_bags", 2),
            real("learning_rate", 5e-3, 0.2, 0.05, log=True),
            integer("max_leaves", 2, 4, 3),
            ordinal("interactions", [0, 5, 10, 20], 5),
            ordinal("max_bins", [64, 256, 1024], 256),
            integer("smoothing_rounds", 1, 500, 75, log=True),
            integer("min_samples_leaf", 2, 20, 4, log=True),
            real("greedy_ratio", 0.1, 10.0, 5.0, log=True),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an explainable boosting machine that keeps to the deadline."""
        from autoskl.components.learners.explainable import (
            TimedExplainableClassifier,
            TimedExplainableRegressor,
        )

        arguments: dict[str, Any] = dict(values)
        if context.shape.n_classes > 2:
            # The library has pairs for two classes and for values only.
            arguments["interactions"] = 0
        arguments["feature_types"] = [
            "nominal" if column.kind is Kind.CATEGORICAL else "continuous"
            for column in context.columns
        ]
        classification = context.task.is_classification
        return (TimedExplainableClassifier if classification else TimedExplainableRegressor)(
            **arguments, n_jobs=1, random_state=context.seed % 2**31
        ).under(context)

    def fits(self, shape: Shape) -> bool:
        """Whether a fit takes a minute or two."""
        return shape.n_rows * shape.n_columns <= _MOST_CELLS and shape.n_classes <= 10

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        cells = shape.n_rows * shape.n_columns
        models = shape.n_classes if shape.n_classes > 2 else 1
        rounds = min(25 / float(values.get("learning_rate") or 0.05), 5000)
        pairs = 1 + 0.1 * float(values.get("interactions") or 0)
        step = 2e-5 * shape.n_columns + 6e-9 * cells
        seconds = 0.2 + 2 * models * pairs * rounds * step
        return Cost(seconds=seconds, bytes=30.0 * cells + 1e8)
