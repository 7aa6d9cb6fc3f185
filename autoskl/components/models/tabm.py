"""Batch ensembles of multilayer perceptrons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.learners.network_terms import terms, training_seconds
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, constant, integer, ordinal, real, space_of, when

_LARGEST_BATCH = 256
_STEPS = 16
"""Steps of an epoch, at least, on tables that are not tiny."""

_SMALLEST_BATCH = 64
_USUAL_EPOCHS = 40
"""Epochs after which the patience has usually ended the training."""

_FOLDS = 5
"""Folds of a trial, which are trained together."""


class TabM(Component):
    """TabM: perceptrons that share their weights but for factors, and predict by their mean.

    References
    ----------
    Y. Gorishniy, A. Kotelnikov, A. Babenko. "TabM: Advancing tabular deep learning with
    parameter-efficient ensembling". ICLR, 2025.
    """

    role = Role.MODEL
    tags = Tags(missing=True, categorical=True, all_folds=True, epochs=True, needs=("torch",))
    category_parameters = frozenset({"max_one_hot"})

    def parameters(self, task: Task) -> Space:
        """Return members, size, embeddings, regularisation and training."""
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
            **terms(context),
        }
        arguments.pop("label_smoothing", None)
        family = TabMClassifier if context.task.is_classification else TabMRegressor
        return family(**arguments).before(context.deadline).for_share(context.epochs)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        width, blocks = float(values.get("width") or 192), int(values.get("n_blocks") or 2)
        inputs = shape.n_columns * float(values.get("embedding_size") or 1.5)
        weights = inputs * width + (blocks - 1) * width**2 + width * shape.n_classes
        k, batch = int(values.get("k") or 16), batch_size_for(shape.n_rows)
        seconds = training_seconds(shape.n_rows, _USUAL_EPOCHS, batch, weights, k)
        slower = 1.3 if values.get("mini") else 1.7
        # Of each row of a batch: what the members see, what each part of a block gives, and the
        # gradients of the last ones. Held-out rows are predicted in blocks that need less.
        members = k * (2.0 * inputs + 6.0 * width * blocks + 4.0 * shape.n_classes)
        bins = 4.0 * shape.n_columns * int(values.get("n_bins") or 0)
        # Of each weight: itself and the best so far, gradient, change and moments.
        states = 7.0 * (weights + k * width * shape.n_classes)
        copies = 3.0 * shape.n_rows * shape.n_columns  # coded, and beside those of other folds
        return Cost(
            seconds=0.1 + slower * seconds,
            bytes=3e8 + 4.0 * _FOLDS * (batch * (members + bins) + states + copies),
        )


def batch_size_for(n_rows: int) -> int:
    """Return the rows of a batch for training on so many rows."""
    return min(max(n_rows // _STEPS, _SMALLEST_BATCH), _LARGEST_BATCH)
