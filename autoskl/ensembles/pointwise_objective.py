"""Objectives for losses that are sums over rows of a function of one number per row.

That number is linear in the predictions, so that an ensemble's is the mean of its members': the
probability of the true class for log loss, the residual for the absolute error. All candidates and
folds fit into one matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.losses import SMALLEST_PROBABILITY, Target
from autoskl.core.result import FloatArray
from autoskl.ensembles.candidate import Candidate, Targets

Vector = NDArray[np.float64]
Matrix = NDArray[np.floating[Any]]
RowLoss = Callable[[Matrix, float], Matrix]

_BLOCK_CELLS = 100_000
"""Cells processed at a time, few enough to stay in the cache."""


class PointwiseObjective:
    """Weighted sum over rows of ``row_loss``.

    Parameters
    ----------
    values : ndarray of shape (n_candidates, n_rows)
        May be float32; the sums over rows are float64.
    row_weight : ndarray of shape (n_rows,)
        Share of each row in the mean over folds of the means over rows.
    row_loss : callable
        ``row_loss(sums, total)``: losses of a block of ``sums / total``; may overwrite ``sums``.
    """

    def __init__(self, values: Matrix, row_weight: Vector, row_loss: RowLoss) -> None:
        self._values = values
        self._row_weight = row_weight.astype(values.dtype)
        self._row_loss = row_loss

    def losses_after_adding(self, counts: Vector) -> Vector:
        """See `Objective`."""
        total = float(counts.sum()) + 1
        base = counts.astype(self._values.dtype) @ self._values
        n_candidates, n_rows = self._values.shape
        losses = np.zeros(n_candidates)
        step = max(1, _BLOCK_CELLS // n_candidates)
        for start in range(0, n_rows, step):
            rows = slice(start, start + step)
            block = self._row_loss(self._values[:, rows] + base[rows], total)
            losses += block @ self._row_weight[rows]
        return losses


def log_objective(candidates: Sequence[Candidate], targets: Targets) -> PointwiseObjective:
    """Return the objective for log loss, from the probabilities of the true class."""

    def row_loss(sums: Matrix, total: float) -> Matrix:
        np.maximum(sums, sums.dtype.type(SMALLEST_PROBABILITY * total), out=sums)
        np.log(sums, out=sums)
        return np.subtract(sums.dtype.type(np.log(total)), sums, out=sums)

    def true_class(predictions: FloatArray, y: Target) -> FloatArray:
        chosen: FloatArray = predictions[np.arange(len(y)), y]
        return chosen

    # Logarithms of float32 take half the time, and are precise enough for the comparison.
    values = _stack(candidates, targets, true_class, np.dtype(np.float32))
    return PointwiseObjective(values, _shares(targets), row_loss)


def absolute_objective(candidates: Sequence[Candidate], targets: Targets) -> PointwiseObjective:
    """Return the objective for the mean absolute error, from the residuals."""

    def row_loss(sums: Matrix, total: float) -> Matrix:
        np.abs(sums, out=sums)
        return np.divide(sums, total, out=sums)

    def residual(predictions: FloatArray, y: Target) -> FloatArray:
        return np.asarray(predictions[:, 0] - y)

    values = _stack(candidates, targets, residual, np.dtype(np.float64))
    return PointwiseObjective(values, _shares(targets), row_loss)


def _stack(
    candidates: Sequence[Candidate],
    targets: Targets,
    value: Callable[[FloatArray, Target], FloatArray],
    dtype: np.dtype[Any],
) -> Matrix:
    n_rows = sum(len(target.y) for target in targets.values())
    values = np.empty((len(candidates), n_rows), dtype)
    for row, candidate in zip(values, candidates, strict=True):
        parts = [value(candidate.predictions[fold], target.y) for fold, target in targets.items()]
        np.concatenate(parts, out=row, casting="same_kind")
    return values


def _shares(targets: Targets) -> Vector:
    shares = []
    for target in targets.values():
        weight = target.row_weights
        shares.append(weight / (weight.sum() * len(targets)))
    return np.concatenate(shares)
