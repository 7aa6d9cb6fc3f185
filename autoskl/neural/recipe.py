"""How a network is trained, and what training returns: plain values without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
        Loss on held-out rows that selects the best epoch, one of `SELECTIONS`.
    n_epochs : int
    batch_size : int
    learning_rate : float
    rate_schedule, decay_schedule, dropout_schedule : str
        Names of `autoskl.neural.schedules.SCHEDULES`.
    betas : tuple of float
        Decay rates of Adam's moment estimates.
    weight_decay : float
        Decoupled weight decay: fraction of a weight removed per step at a learning rate of 1.
    label_smoothing : float
        Fraction of the target probability spread over all classes.
    patience : int or None
        Number of epochs without improvement on the held-out rows before training stops.
    gradient_limit : float or None
        Maximum gradient norm of each network; longer gradients are scaled down.
    own_batches : int or None
        Number of members that draw their own mini-batches; None if all see the same rows.
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


PER_NETWORK = ("learning_rate", "betas", "weight_decay", "label_smoothing", "gradient_limit")
"""Hyperparameters in which networks that are trained together may differ."""


def common_value(values: Sequence[float]) -> float | None:
    """Return the value that all share, or None if they differ."""
    return values[0] if all(value == values[0] for value in values) else None


@dataclass(frozen=True, slots=True, eq=False)
class TrainingResult:
    """Outcome of training.

    Attributes
    ----------
    parameters : dict of str to ndarray
        Leading dimension: the networks.
    curves : list of ndarray of shape (n_epochs,)
        Loss of each network on its held-out rows after each epoch; empty without such rows.
    best_epochs : list of int
        Epoch (from 1) that the parameters of each network come from; 0 for the initial ones.
    were_stopped : list of bool
        Whether the training of each network was stopped because of its learning curve.
    out_of_time : bool
        Whether the deadline ended the training.
    """

    parameters: dict[str, NDArray[np.float32]]
    curves: list[NDArray[np.float64]]
    best_epochs: list[int]
    were_stopped: list[bool]
    out_of_time: bool

    @property
    def is_untrained(self) -> bool:
        """Whether there was no time for a single step."""
        return self.out_of_time and not any(self.best_epochs) and not any(map(len, self.curves))
