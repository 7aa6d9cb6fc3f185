"""Constant predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space


class Constant(Component):
    """Predict weighted class frequencies, the weighted mean or, for absolute errors, the median.

    The baseline for all other models, and the fallback if none can be fitted. It is not part of the
    search space.
    """

    role = Role.MODEL
    tags = Tags(missing=True, sparse=True, categorical=True, text=True)
    weight = 0.0

    def parameters(self, task: Task) -> Space:
        """Return no hyperparameters."""
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `DummyClassifier` or `DummyRegressor`."""
        from sklearn.dummy import DummyClassifier, DummyRegressor

        if context.task.is_classification:
            return DummyClassifier(strategy="prior")
        return DummyRegressor(strategy="median" if context.wants_median else "mean")

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        return Cost(seconds=1e-3 + 1e-8 * shape.n_rows, bytes=1e5)
