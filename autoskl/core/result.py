"""The results of a unit, one per fold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]

MIN_TRAIN_SHARE = 0.9
"""Training rows, relative to the largest training part, with which a fold model is as good.

Training parts of some splitters grow from fold to fold, as those of `TimeSeriesSplit` do.
"""


class Status(StrEnum):
    """How a fold ended; ``STOPPED``: stopped early, as it was unlikely to beat the incumbent."""

    OK = "ok"
    STOPPED = "stopped"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    RAISED = "raised"
    INVALID = "invalid"


class ModelReference(Protocol):
    """Handle of a fitted pipeline that may be stored elsewhere; equal handles, same pipeline."""

    @property
    def size(self) -> int:
        """Size of the pickled pipeline in bytes."""

    def load(self) -> Any:
        """Return the fitted pipeline."""


@dataclass(frozen=True, slots=True, eq=False)
class FoldResult:
    """Outcome of one configuration on one fold.

    Attributes
    ----------
    fold : int
    status : Status
    rows : ndarray of int of shape (n_test,)
        Positions in the dataset of the held-out rows that were predicted.
    predictions : ndarray of shape (n_checkpoints, n_test, n_outputs)
        Class probabilities, or one column of values for regression. Models without iterations have
        one checkpoint.
    checkpoints : tuple of int
        Numbers of iterations to which ``predictions`` belong; empty for models without iterations.
    losses : tuple of float
        Loss of each checkpoint: the learning curve.
    curve : tuple of float
        Loss after each epoch, as monitored by the model: on the held-out rows if folds are trained
        together, else on a validation part of the training rows. Empty for models without epochs.
    fit_seconds : float
        Wall time.
    predict_seconds : float
        CPU seconds over all threads; wall time would depend on what else runs.
    out_of_time : bool
        Whether an iterative model was stopped by its deadline.
    peak_bytes : int
        Peak private memory of the unit, 0 if unknown.
    n_train : int
        Training rows of the fold, 0 if these are all rows that are not held out.
    model : ModelReference or None
        The fitted pipeline; shared by the folds of a unit with ``all_folds``.
    reason : str
        Why there are no predictions, or why training was cut short, in words for the user.
    """

    fold: int
    status: Status
    rows: IntArray
    predictions: FloatArray
    checkpoints: tuple[int, ...] = ()
    losses: tuple[float, ...] = ()
    curve: tuple[float, ...] = ()
    fit_seconds: float = 0.0
    predict_seconds: float = 0.0
    out_of_time: bool = False
    peak_bytes: int = 0
    n_train: int = 0
    model: ModelReference | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether the fold has predictions."""
        return self.status in (Status.OK, Status.STOPPED)


def recorded_curve(losses: Iterable[float]) -> tuple[float, ...]:
    """Return a learning curve rounded to six digits, as it is kept in memory and in files."""
    return tuple(float(f"{loss:.6g}") for loss in losses)


def failed_fold(fold: int, status: Status, reason: str, seconds: float = 0.0) -> FoldResult:
    """Return the result of a fold without predictions."""
    no_rows, no_predictions = np.empty(0, dtype=np.intp), np.empty((0, 0, 0), dtype=np.float64)
    return FoldResult(fold, status, no_rows, no_predictions, fit_seconds=seconds, reason=reason)
