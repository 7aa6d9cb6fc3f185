"""Quadratic discriminant analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real, space_of


class QuadraticDiscriminant(Component):
    """Normal distributions per class with separate covariances.

    References
    ----------
    J. H. Friedman. "Regularized discriminant analysis". Journal of the American Statistical
    Association, 1989.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.BINARY, Task.MULTICLASS}), scaling=True)
    weight = 0.1

    def parameters(self, task: Task) -> Space:
        """Return the shrinkage of the covariances towards spheres."""
        return space_of(real("reg_param", 1e-4, 1.0, 0.05, log=True))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a discriminant analysis that handles rare classes."""
        from autoskl.components.predictors.quadratic_discriminant import QuadraticClassifier

        arguments: dict[str, Any] = dict(values)
        return QuadraticClassifier(**arguments)

    def fits(self, shape: Shape) -> bool:
        """Whether the covariances can be decomposed in seconds."""
        return shape.n_columns <= 500

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        each = 3e-10 * shape.n_columns**3 + 1e-4
        seconds = 1e-3 + cells * (2e-8 + 8e-11 * shape.n_columns) + shape.n_classes * each
        held = 16.0 * shape.n_classes * shape.n_columns**2
        return Cost(seconds=seconds, bytes=24.0 * cells + held)
