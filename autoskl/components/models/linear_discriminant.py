"""Linear discriminant analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of, when


class LinearDiscriminant(Component):
    """Normal distributions per class with a common covariance.

    References
    ----------
    R. A. Fisher. "The use of multiple measurements in taxonomic problems". Annals of Eugenics,
    1936.
    O. Ledoit, M. Wolf. "Honey, I shrunk the sample covariance matrix". Journal of Portfolio
    Management, 2004.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.BINARY, Task.MULTICLASS}), scaling=True)
    weight = 0.2

    def parameters(self, task: Task) -> Space:
        """Return the shrinkage of the covariance."""
        return space_of(
            choice("shrinkage", ["auto", "manual"]),
            when("shrinkage", "manual", real("amount", 1e-4, 1.0, 0.01, log=True)),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a discriminant analysis."""
        from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

        from autoskl.components.predictors.adapted_estimators import AdaptedClassifier

        shrinkage: Any = "auto" if values["shrinkage"] == "auto" else values["amount"]
        model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage)
        return AdaptedClassifier(model, random_state=context.seed)

    def fits(self, shape: Shape) -> bool:
        """Whether the covariance can be inverted in seconds."""
        return shape.n_columns <= 2_000

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        solution = 2e-10 * shape.n_columns**3 + 5e-3 + 2e-3 * shape.n_classes
        seconds = solution + cells * (2e-8 + 1.2e-10 * shape.n_columns)
        return Cost(seconds=seconds, bytes=24.0 * cells + 16.0 * shape.n_columns**2)
