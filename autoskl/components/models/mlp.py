"""Multilayer perceptrons with a searched architecture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.network_parameters import task_parameters, training_seconds
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, ordinal, real, space_of, when

_MAX_LAYERS = 5
_LAYER = ("width", "activation", "normalisation", "dropout", "connection")


class MLP(Component):
    """MLP whose number of layers and the configuration of each layer are hyperparameters.

    Width, activation, normalisation, dropout and connection of a layer are active if there are
    enough layers, so that every optimizer can search architectures.

    References
    ----------
    H. Mendoza, A. Klein, M. Feurer, J. T. Springenberg, F. Hutter. "Towards automatically-tuned
    neural networks". AutoML workshop at ICML, 2016.
    """

    role = Role.MODEL
    tags = Tags(missing=True, categorical=True, all_folds=True, epochs=True, needs=("torch",))
    weight = 0.5
    category_parameters = frozenset({"max_one_hot", "embedding_size"})

    def parameters(self, task: Task) -> Space:
        """Return the hyperparameters of architecture and training."""
        layers = [
            when("n_layers", range(i, _MAX_LAYERS + 1), *_layer(i))
            for i in range(1, _MAX_LAYERS + 1)
        ]
        return space_of(
            ordinal("n_layers", list(range(1, _MAX_LAYERS + 1)), 2),
            *layers,
            integer("n_epochs", 16, 256, 64, log=True),
            ordinal("batch_size", [64, 128, 256, 512], 128),
            real("learning_rate", 1e-3, 0.1, 0.01, log=True),
            choice("rate_schedule", ["cosine", "four_cycles", "flat_cosine"]),
            real("weight_decay", 1e-4, 0.1, 0.01, log=True),
            ordinal("max_one_hot", [4, 16, 33], 16),
            ordinal("embedding_size", [4, 8, 16], 8),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a network whose folds are trained together."""
        from autoskl.neural.chain_mlp import ChainMLPClassifier, ChainMLPRegressor

        given: dict[str, Any] = dict(values)
        n_layers = given.pop("n_layers")
        links = tuple(
            {name: given[f"{name}_{i}"] for name in _LAYER} for i in range(1, n_layers + 1)
        )
        own = {name: value for name, value in given.items() if not name[-1].isdigit()}
        family = ChainMLPClassifier if context.task.is_classification else ChainMLPRegressor
        network = family(links=links, **own, **task_parameters(context))
        timed = network.with_deadline(context.deadline, warn=False)
        return timed.with_epoch_share(context.epochs)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        inputs = 1.5 * shape.n_columns
        weights = 0.0
        for i in range(1, int(values.get("n_layers") or 2) + 1):
            width = float(values.get(f"width_{i}") or 128)
            weights += inputs * width
            inputs = width + (inputs if values.get(f"connection_{i}") == "dense" else 0)
        weights += inputs * shape.n_classes
        batch, epochs = int(values.get("batch_size") or 128), float(values.get("n_epochs") or 64)
        seconds = training_seconds(shape.n_rows, epochs, batch, weights)
        memory = 16.0 * weights + 12.0 * shape.n_rows * shape.n_columns
        return Cost(seconds=0.1 + 1.3 * seconds, bytes=3e8 + memory)


def _layer(i: int) -> tuple[Any, ...]:
    return (
        ordinal(f"width_{i}", [16, 32, 64, 128, 256, 512], 128),
        choice(f"activation_{i}", ["relu", "selu", "silu", "mish", "tanh"]),
        choice(f"normalisation_{i}", ["none", "layer", "batch"]),
        real(f"dropout_{i}", 0.0, 0.5, 0.1),
        choice(f"connection_{i}", ["plain", "residual", "dense"]),
    )
