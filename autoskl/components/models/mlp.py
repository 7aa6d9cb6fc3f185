"""scikit-learn's neural networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.optional import is_installed
from autoskl.core.task import Task
from autoskl.space import Space, choice, constant, integer, real, space_of


class MLP(Component):
    """A plain feed-forward network, stopped early on rows of its own; used where torch is absent.

    References
    ----------
    D. Rumelhart, G. Hinton, R. Williams. "Learning representations by back-propagating errors".
    Nature, 1986.
    D. Kingma, J. Ba. "Adam: A method for stochastic optimization". ICLR, 2015.
    """

    role = Role.MODEL
    tags = Tags(scaling=True)
    weight = 0.5

    def parameters(self, task: Task) -> Space:
        """Return size, penalty and steps of the network."""
        return space_of(
            constant("max_epochs", 200),
            integer("n_layers", 1, 3, 2),
            integer("width", 16, 256, 64, log=True),
            choice("activation", ["relu", "tanh"], "relu" if task.is_classification else "tanh"),
            real("alpha", 1e-7, 0.1, 1e-4, log=True),
            real("learning_rate_init", 1e-4, 3e-2, 2e-3, log=True),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a network that keeps to the deadline."""
        from autoskl.components.learners.early_stopped_network import (
            NetworkClassifier,
            NetworkRegressor,
        )

        arguments: dict[str, Any] = dict(values)
        classification = context.task.is_classification
        return (NetworkClassifier if classification else NetworkRegressor)(
            **arguments, random_state=context.seed
        ).under(context)

    def fits(self, shape: Shape) -> bool:
        """Whether the networks of torch are missing, which are better."""
        return not is_installed("torch")

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        width = float(values.get("width") or 64)
        layers = float(values.get("n_layers") or 2)
        weights = width * (shape.n_columns + width * (layers - 1) + shape.n_classes)
        epoch = shape.n_rows * (2e-6 + 1.5e-9 * weights) + 2e-3
        cells = shape.n_rows * shape.n_columns
        return Cost(seconds=40 * epoch, bytes=24.0 * cells + 64.0 * weights + 1e6)
