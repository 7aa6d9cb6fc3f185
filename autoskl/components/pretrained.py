"""Pretrained models that read a table: what their families share."""

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
    """A model whose weights someone has put on this machine; they are never downloaded in a fit.

    Attributes
    ----------
    library : str
        Package with estimators ``<title>Classifier`` and ``<title>Regressor``.
    title : str
    most_rows, most_columns, most_classes : int
        Sizes for which it is documented.
    seconds_of_pair : float
        Of two rows of 28 columns that are compared.
    """

    role = Role.MODEL
    weight = 0.3
    library: ClassVar[str]
    title: ClassVar[str]
    most_rows: ClassVar[int]
    most_columns: ClassVar[int]
    most_classes: ClassVar[int] = 10
    seconds_of_pair: ClassVar[float]

    @abstractmethod
    def weights(self, *, classification: bool) -> Path | None:
        """Return where the weights are, None where they are not on this machine."""

    @abstractmethod
    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the library's estimators that are its own."""

    def parameters(self, task: Task) -> Space:
        """Return how many orders of columns and classes are averaged."""
        return Space([ordinal("n_estimators", [1, 2, 4, 8], 4)])

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an estimator that keeps the rows and reads them when it predicts.

        Raises
        ------
        ValueError
            When the weights are not on this machine.
        """
        from autoskl.components.learners.in_context import InContextClassifier, InContextRegressor

        classification = context.task.is_classification
        weights = self.weights(classification=classification)
        if weights is None:
            raise ValueError(
                f"The weights of {self.title} are not on this machine, and are never downloaded in "
                f"a fit. Download them with its own tools, or leave {self.library!r} out."
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
            max_rows=self.most_rows,
            random_state=context.seed,
        )

    def fits(self, shape: Shape) -> bool:
        """Whether the weights are here and the table is of a size that it was made for."""
        inside = shape.n_rows <= self.most_rows and shape.n_columns <= self.most_columns
        weights = self.weights(classification=shape.n_classes > 1)
        return inside and shape.n_classes <= self.most_classes and weights is not None

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for reading the rows and predicting a quarter as many."""
        rows = min(shape.n_rows, self.most_rows)
        orders = float(values.get("n_estimators") or 4)
        each = (2e-3 * rows + self.seconds_of_pair * rows**2) * (0.3 + shape.n_columns / 40)
        seconds = 1.0 + orders * each + 1e-8 * shape.n_rows * shape.n_columns
        return Cost(seconds=seconds, bytes=1e9 + 2e4 * rows * (1 + shape.n_columns / 10))
