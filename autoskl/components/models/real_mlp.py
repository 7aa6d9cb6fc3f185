"""RealMLP: multilayer perceptrons with tuned defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.network_parameters import task_parameters, training_seconds
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, ordinal, real, space_of, when

_USUAL_BATCH = 256
_USUAL_EPOCHS = 128
_USUAL_WIDTH = 256
"""Hyperparameters for which the costs were measured."""


class RealMLP(Component):
    """RealMLP: small, or full with numeric embeddings, dropout and learned activations.

    The learning rates are tuned on 118 other data sets; the bounds are close to TabArena's. With
    128 units and 64 epochs of small batches, losses equal those of twice the units and epochs in a
    fifth of the time on a CPU (`benchmarks/README.md`, "Short trainings").

    References
    ----------
    D. Holzmüller, L. Grinsztajn, I. Steinwart. "Better by default: Strong pre-tuned MLPs and
    boosted trees on tabular data". NeurIPS, 2024.
    """

    role = Role.MODEL
    tags = Tags(missing=True, categorical=True, all_folds=True, epochs=True, needs=("torch",))
    weight = 1.5
    category_parameters = frozenset({"max_one_hot", "embedding_size"})

    def parameters(self, task: Task) -> Space:
        """Return size, embeddings, regularisation and training."""
        classes = task.is_classification
        always = (
            choice("variant", ["small", "full"]),
            integer("n_epochs", 16, 256, 64, log=True),
            integer("n_layers", 1, 4, 3),
            ordinal("width", [64, 128, 192, 256, 384, 512], 128),
            ordinal("batch_size", [64, 128, 256], 128),
            real("learning_rate", 0.01, 0.3, 0.04 if classes else 0.07, log=True),
            real("beta2", 0.95, 0.995, 0.95),
            real("scale_rate", 2.0, 10.0, 6.0, log=True),
            choice("activation", ["selu", "mish"] if classes else ["mish", "selu"]),
            ordinal("max_one_hot", [4, 9, 16, 33], 9),
            ordinal("embedding_size", [4, 8, 16], 8),
        )
        full = when(
            "variant",
            "full",
            choice("numeric_embedding", ["periodic", "piecewise_linear", "none"]),
            when(
                "numeric_embedding",
                "periodic",
                real("frequency_spread", 0.01, 10.0, 0.1, log=True),
            ),
            real("dropout", 0.0, 0.5, 0.15),
            real("weight_decay", 1e-3, 0.05, 0.02, log=True),
        )
        if not classes:
            return space_of(*always, full)
        return space_of(*always, full, choice("label_smoothing", [0.1, 0.0]))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a network whose folds are trained together."""
        from autoskl.neural import RealMLPClassifier, RealMLPRegressor

        given: dict[str, Any] = dict(values)
        n_layers, width = given.pop("n_layers"), given.pop("width")
        smoothing = given.pop("label_smoothing", 0.0)
        arguments = {
            **given,
            "hidden_sizes": (width,) * n_layers,
            **task_parameters(context, smoothing),
        }
        classification = context.task.is_classification
        family = RealMLPClassifier if classification else RealMLPRegressor
        network = family(**arguments).with_deadline(context.deadline, warn=False)
        return network.with_epoch_share(context.epochs)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        width, layers = float(values.get("width") or _USUAL_WIDTH), int(values.get("n_layers") or 3)
        full = values.get("variant") == "full"
        inputs = shape.n_columns * (4 if full else 1.5)
        weights = inputs * width + (layers - 1) * width**2 + width * shape.n_classes
        epochs = float(values.get("n_epochs") or _USUAL_EPOCHS)
        batch = int(values.get("batch_size") or _USUAL_BATCH)
        seconds = training_seconds(shape.n_rows, epochs, batch, weights)
        memory = 16.0 * weights + 8.0 * shape.n_rows * inputs
        return Cost(seconds=0.1 + seconds * (1.8 if full else 1.0), bytes=3e8 + memory)
