"""What came of a unit, fold by fold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]


class Status(StrEnum):
    """How a fold ended; ``STOPPED`` is a training that ended early since it would not matter."""

    OK = "ok"
    STOPPED = "stopped"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    RAISED = "raised"
    INVALID = "invalid"


class ModelReference(Protocol):
    """A fitted pipeline that may be elsewhere; equal references name the same pipeline."""

    @property
    def size(self) -> int:
        """Bytes of the pickled pipeline."""

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
        Held-out rows that were predicted, as positions in the dataset.
    predictions : ndarray of shape (n_checkpoints, n_test, n_outputs)
        Class probabilities, or one column of values for regression. Models without iterations have
        one checkpoint.
    checkpoints : tuple of int
        Iterations to which ``predictions`` belong; empty for models without iterations.
    losses : tuple of float
        Loss of each checkpoint: the learning curve.
    curve : tuple of float
        Loss after each epoch, as the model itself saw it: on the held-out rows where folds are
        trained together, else on training rows set aside. Empty for models without epochs.
    fit_seconds : float
        By the clock.
    predict_seconds : float
        Of the processor, all threads together: by the clock, models would look slow beside others.
    out_of_time : bool
        Whether an iterative model was ended by its deadline.
    peak_bytes : int
        Largest private memory seen while the unit ran, 0 when unknown.
    model : ModelReference or None
        The fitted pipeline; shared by the folds of a unit with ``all_folds``.
    reason : str
        Why there are no predictions, or why they are not the best that could be had, in words a
        user understands.
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
    model: ModelReference | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether there are predictions."""
        return self.status in (Status.OK, Status.STOPPED)


def recorded_curve(losses: Iterable[float]) -> tuple[float, ...]:
    """Return a learning curve with six digits, as it is kept in memory and in files alike."""
    return tuple(float(f"{loss:.6g}") for loss in losses)


def failed_fold(fold: int, status: Status, reason: str, seconds: float = 0.0) -> FoldResult:
    """Return the result of a fold that gave no predictions."""
    nothing = np.empty((0, 0, 0), dtype=np.float64)
    return FoldResult(
        fold, status, np.empty(0, dtype=np.intp), nothing, fit_seconds=seconds, reason=reason
    )
