"""Naive Bayes with columns of two values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of


class BernoulliNaiveBayes(Component):
    """Only whether a column is above its mean counts; columns are independent in each class.

    References
    ----------
    A. McCallum, K. Nigam. "A comparison of event models for naive Bayes text classification". AAAI
    workshop on learning for text categorization, 1998.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.BINARY, Task.MULTICLASS}), sparse=True)
    weight = 0.07

    def parameters(self, task: Task) -> Space:
        """Return the smoothing, and whether class frequencies count."""
        return space_of(
            real("alpha", 0.01, 100.0, 1.0, log=True),
            choice("fit_prior", [True, False], weights=[3, 1]),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a naive Bayes classifier."""
        from sklearn.naive_bayes import BernoulliNB

        from autoskl.components.learners.counts import AboveMean

        return AboveMean(BernoulliNB(**values, binarize=None))

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        cells = shape.n_rows * shape.n_columns
        seconds = 4e-3 + 1.2e-8 * cells + 1e-9 * cells * shape.n_classes
        return Cost(seconds=seconds, bytes=24.0 * cells)
