"""How a network is trained, and on what: values that any device can carry out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LOSSES = ("cross_entropy", "squared_error", "absolute_error")
SELECTIONS = ("log_loss", "error_rate", "squared_error", "absolute_error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Hyperparameters of training.

    Attributes
    ----------
    loss : str
        One of `LOSSES`.
    selection : str
        Loss on held-out rows by which the best epoch is chosen, one of `SELECTIONS`.
    n_epochs : int
    batch_size : int
    learning_rate : float
    rate_schedule, decay_schedule, dropout_schedule : str
        Names of `autoskl.neural.schedules.SCHEDULES`.
    betas : tuple of float
        Decay of the moments of Adam.
    weight_decay : float
        Share of the weights that a learning rate of 1 takes off in a step.
    label_smoothing : float
        Share of the target that is spread over all classes.
    patience : int or None
        Epochs without improvement on held-out rows after which training ends.
    gradient_limit : float or None
        Largest norm of the gradient of one network.
    own_batches : int or None
        Number of members that draw mini-batches of their own; None when all see the same rows.
    """

    loss: str
    selection: str
    n_epochs: int
    batch_size: int
    learning_rate: float
    rate_schedule: str = "constant"
    decay_schedule: str = "constant"
    dropout_schedule: str = "constant"
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    patience: int | None = None
    gradient_limit: float | None = None
    own_batches: int | None = None


OF_EACH = ("learning_rate", "betas", "weight_decay", "label_smoothing", "gradient_limit")
"""In these, recipes of networks that are trained together may differ."""


def common(values: Sequence[float]) -> float | None:
    """Return what all values are, None where they differ."""
    return values[0] if all(value == values[0] for value in values) else None


@dataclass(frozen=True, slots=True, eq=False)
class Stacked:
    """Coded rows of several networks, filled up to the same number with rows that do not count.

    Attributes
    ----------
    X : ndarray of float32 of shape (n_networks, n_rows, n_coded)
    y : ndarray of shape (n_networks, n_rows)
        Codes (int64), or standardised values (float32).
    weight : ndarray of float32 of shape (n_networks, n_rows)
        Mean 1 over the rows that count, 0 for the others.
    counts : tuple of int
        Rows that count, which come first.
    """

    X: NDArray[np.float32]
    y: NDArray[Any]
    weight: NDArray[np.float32]
    counts: tuple[int, ...]


def stack(parts: Sequence[tuple[NDArray[np.float32], NDArray[Any], NDArray[Any]]]) -> Stacked:
    """Put coded rows, targets and weights of several networks together."""
    counts = tuple(len(y) for _, y, _ in parts)
    shape = (len(parts), max(counts))
    X = np.zeros((*shape, parts[0][0].shape[1]), np.float32)
    y, weight = np.zeros(shape, parts[0][1].dtype), np.zeros(shape, np.float32)
    for i, (own_X, own_y, own_weight) in enumerate(parts):
        X[i, : counts[i]], y[i, : counts[i]] = own_X, own_y
        total = own_weight.sum()
        weight[i, : counts[i]] = own_weight * (counts[i] / total) if total > 0 else 0.0
    return Stacked(X, y, weight, counts)


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What came of training.

    Attributes
    ----------
    parameters : dict of str to ndarray
        With the networks as first dimension.
    curves : list of ndarray of shape (n_epochs,)
        Loss of each network on its held-out rows after each epoch; empty where there were none.
    best_epochs : list of int
        Epoch (from 1) of each network whose parameters these are; 0 for the initial ones.
    were_stopped : list of bool
        Whether the training of each network was ended by the look of its curve.
    """

    parameters: dict[str, NDArray[np.float32]]
    curves: list[NDArray[np.float64]]
    best_epochs: list[int]
    were_stopped: list[bool]
