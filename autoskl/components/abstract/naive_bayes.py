"""Base class of naive Bayes models of counts."""

from __future__ import annotations

from collections.abc import Mapping

from autoskl.components.component import Component, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of


class CountingNaiveBayes(Component):
    """Smoothed frequencies per class; columns are independent given the class."""

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.BINARY, Task.MULTICLASS}), sparse=True)
    weight = 0.07

    def parameters(self, task: Task) -> Space:
        """Return the smoothing, and whether class priors are used."""
        return space_of(
            real("alpha", 0.01, 100.0, 1.0, log=True),
            choice("fit_prior", [True, False], weights=[3, 1]),
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        seconds = 4e-3 + 1.2e-8 * cells + 1e-9 * cells * shape.n_classes
        return Cost(seconds=seconds, bytes=24.0 * cells)
