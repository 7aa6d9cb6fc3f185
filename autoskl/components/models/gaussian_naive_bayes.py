"""Gaussian naive Bayes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real, space_of


class GaussianNaiveBayes(Component):
    """Columns are normal and independent given the class.

    References
    ----------
    D. J. Hand, K. Yu. "Idiot's Bayes: not so stupid after all?". International Statistical Review,
    2001.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.BINARY, Task.MULTICLASS}), sparse=False, scaling=True)
    weight = 0.15

    def parameters(self, task: Task) -> Space:
        """Return the fraction of the largest variance that is added to all variances."""
        return space_of(
            real("var_smoothing", 1e-10, 1.0, 1e-6, log=True),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a naive Bayes classifier."""
        from sklearn.naive_bayes import GaussianNB

        from autoskl.components.predictors.adapted_estimators import AdaptedClassifier

        return AdaptedClassifier(GaussianNB(**values))

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        seconds = 3e-3 + 1e-8 * cells + 1e-9 * cells * shape.n_classes
        return Cost(seconds=seconds, bytes=24.0 * cells)
