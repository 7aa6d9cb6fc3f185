"""Naive Bayes for counts and unequal classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of


class ComplementNaiveBayes(Component):
    """Each class is judged by the counts in all other classes, which helps the rare ones.

    References
    ----------
    J. Rennie, L. Shih, J. Teevan, D. Karger. "Tackling the poor assumptions of naive Bayes text
    classifiers". ICML, 2003.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.BINARY, Task.MULTICLASS}), sparse=True)
    weight = 0.05

    def parameters(self, task: Task) -> Space:
        """Return the smoothing, and whether weights are normalised."""
        return space_of(
            real("alpha", 0.01, 100.0, 1.0, log=True),
            choice("norm", [False, True]),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a naive Bayes classifier."""
        from sklearn.naive_bayes import ComplementNB

        from autoskl.components.learners.counts import AsCounts

        return AsCounts(ComplementNB(**values))

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        cells = shape.n_rows * shape.n_columns
        seconds = 4e-3 + 1.2e-8 * cells + 1e-9 * cells * shape.n_classes
        return Cost(seconds=seconds, bytes=24.0 * cells)
