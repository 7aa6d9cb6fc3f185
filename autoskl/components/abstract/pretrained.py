"""Base class of pretrained models that learn a table in context."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from autoskl.components.component import Component, Context, Cost, Role, Shape
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space.parameters import ordinal
from autoskl.space.space import Space


class Pretrained(Component):
    """A model whose weights are already on this machine; a fit never downloads them.

    Attributes
    ----------
    library : str
        Package that has the estimators ``<title>Classifier`` and ``<title>Regressor``.
    title : str
    max_rows, max_columns, max_classes : int
        Table sizes that the model is documented to support.
    seconds_of_pair : float
        Seconds per compared pair of rows, measured at 28 columns.
    """

    role = Role.MODEL
    weight = 0.3
    library: ClassVar[str]
    title: ClassVar[str]
    max_rows: ClassVar[int]
    max_columns: ClassVar[int]
    max_classes: ClassVar[int] = 10
    seconds_of_pair: ClassVar[float]

    @abstractmethod
    def weights(self, *, classification: bool) -> Path | None:
        """Return the path of the weights, None if they are not on this machine."""

    @abstractmethod
    def arguments(self) -> dict[str, Any]:
        """Return further arguments of the library's estimators."""

    def parameters(self, task: Task) -> Space:
        """Return the number of permutations of columns and classes that are averaged."""
        return Space([ordinal("n_estimators", [1, 2, 4, 8], 4)])

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an estimator that stores the rows and processes them when it predicts.

        Raises
        ------
        ValueError
            If the weights are not on this machine.
        """
        from autoskl.components.predictors.in_context_learning import (
            InContextClassifier,
            InContextRegressor,
        )

        classification = context.task.is_classification
        weights = self.weights(classification=classification)
        if weights is None:
            raise ValueError(
                f"The weights of {self.title} are not on this machine, and a fit never downloads "
                f"them. Download them with {self.title}'s own tools, or exclude {self.library!r}."
            )
        arguments: dict[str, Any] = {
            **values,
            **self.arguments(),
            "model_path": str(weights),
            "device": context.device,
            "random_state": context.seed % 2**31,
        }
        return (InContextClassifier if classification else InContextRegressor)(
            self.library,
            self.title + ("Classifier" if classification else "Regressor"),
            arguments,
            max_rows=self.max_rows,
            random_state=context.seed,
        )

    def fits(self, shape: Shape) -> bool:
        """Whether the weights are available and the table is of a supported size."""
        inside = shape.n_rows <= self.max_rows and shape.n_columns <= self.max_columns
        weights = self.weights(classification=shape.n_classes > 1)
        return inside and shape.n_classes <= self.max_classes and weights is not None

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated cost of processing the rows and predicting a quarter as many."""
        rows = min(shape.n_rows, self.max_rows)
        permutations = float(values.get("n_estimators") or 4)
        seconds_each = (2e-3 * rows + self.seconds_of_pair * rows**2) * (0.3 + shape.n_columns / 40)
        seconds = 1.0 + permutations * seconds_each + 1e-8 * shape.n_rows * shape.n_columns
        return Cost(seconds=seconds, bytes=1e9 + 2e4 * rows * (1 + shape.n_columns / 10))
