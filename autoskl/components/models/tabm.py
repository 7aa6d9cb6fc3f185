"""TabM: batch ensembles of multilayer perceptrons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.network_parameters import task_parameters, training_seconds
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, constant, integer, ordinal, real, space_of, when

_MAX_BATCH = 256
_MIN_STEPS = 16
"""Minimum number of steps per epoch, except on tiny tables."""

_MIN_BATCH = 64
_USUAL_EPOCHS = 40
"""Typical number of epochs before the patience stops training."""

_FOLDS = 5
"""Assumed number of folds, which are trained together."""


class TabM(Component):
    """TabM: an ensemble of MLPs that share all weights except for elementwise factors.

    References
    ----------
    Y. Gorishniy, A. Kotelnikov, A. Babenko. "TabM: Advancing tabular deep learning with
    parameter-efficient ensembling". ICLR, 2025.
    """

    role = Role.MODEL
    tags = Tags(missing=True, categorical=True, all_folds=True, epochs=True, needs=("torch",))
    category_parameters = frozenset({"max_one_hot"})

    def parameters(self, task: Task) -> Space:
        """Return ensemble size, architecture, embeddings, regularisation and training."""
        return space_of(
            constant("n_epochs", 200),
            choice("mini", [True, False]),
            ordinal("k", [8, 16, 32], 8),
            integer("n_blocks", 1, 4, 2),
            ordinal("width", [64, 128, 192, 256, 384, 512], 128),
            real("learning_rate", 3e-4, 1e-2, 2e-3, log=True),
            real("weight_decay", 1e-5, 0.1, 3e-4, log=True),
            real("dropout", 0.0, 0.5, 0.1),
            choice("numeric_embedding", ["none", "piecewise_linear"]),
            when(
                "numeric_embedding",
                "piecewise_linear",
                integer("n_bins", 4, 96, 32, log=True),
                ordinal("embedding_size", [4, 8, 16], 8),
            ),
            ordinal("max_one_hot", [9, 32, 100], 32),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a network whose folds are trained together."""
        from autoskl.neural import TabMClassifier, TabMRegressor

        arguments: dict[str, Any] = {
            **values,
            "batch_size": batch_size_for(context.shape.n_rows),
            "gradient_limit": 1.0,
            **task_parameters(context),
        }
        arguments.pop("label_smoothing", None)
        family = TabMClassifier if context.task.is_classification else TabMRegressor
        network = family(**arguments).with_deadline(context.deadline, warn=False)
        return network.with_epoch_share(context.epochs)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        width, blocks = float(values.get("width") or 192), int(values.get("n_blocks") or 2)
        inputs = shape.n_columns * float(values.get("embedding_size") or 1.5)
        weights = inputs * width + (blocks - 1) * width**2 + width * shape.n_classes
        k, batch = int(values.get("k") or 16), batch_size_for(shape.n_rows)
        seconds = training_seconds(shape.n_rows, _USUAL_EPOCHS, batch, weights, k)
        slowdown = 1.3 if values.get("mini") else 1.7
        # Per row of a batch: inputs of the members, outputs of all layers and gradients of the last
        # ones. Predicting held-out rows in blocks needs less.
        members = k * (2.0 * inputs + 6.0 * width * blocks + 4.0 * shape.n_classes)
        bins = 4.0 * shape.n_columns * int(values.get("n_bins") or 0)
        # Per weight: current and best value, gradient, update and moments.
        states = 7.0 * (weights + k * width * shape.n_classes)
        copies = 3.0 * shape.n_rows * shape.n_columns  # encoded, and stacked with the other folds
        return Cost(
            seconds=0.1 + slowdown * seconds,
            bytes=3e8 + 4.0 * _FOLDS * (batch * (members + bins) + states + copies),
        )


def batch_size_for(n_rows: int) -> int:
    """Return the batch size for training on ``n_rows`` rows."""
    return min(max(n_rows // _MIN_STEPS, _MIN_BATCH), _MAX_BATCH)
