"""Learning curves, and the number of iterations that all folds of a trial share.

A fold that chose its best iteration on the rows it is scored on would have an optimistic score, and
iterative models would get too much weight in the ensemble. Therefore all folds share the minimum of
their mean curve.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import FoldResult


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """Mean loss of all folds by number of iterations.

    Attributes
    ----------
    iterations : tuple of int
    losses : tuple of float
    """

    iterations: tuple[int, ...]
    losses: tuple[float, ...]

    @property
    def best(self) -> int:
        """Smallest number of iterations with the lowest mean loss."""
        return self.iterations[int(np.argmin(self.losses))]


def nearest_checkpoint(result: FoldResult, iteration: int | None) -> int:
    """Return the position of the checkpoint nearest to an iteration; the earlier one on a tie."""
    if iteration is None or not result.checkpoints:
        return 0
    return int(np.argmin(np.abs(np.asarray(result.checkpoints) - iteration)))


def was_cut_short(result: FoldResult, others: Collection[FoldResult]) -> bool:
    """Return whether the deadline ended a fold before the first checkpoint of the other folds.

    The deadline stops iterative models wherever they are. Such a fold model would distort the
    iteration that all folds share, so it is better dropped. A fold that stops as early by itself is
    kept: it overfits sooner than the others.

    Parameters
    ----------
    result : FoldResult
    others : collection of FoldResult
        Other folds of the trial; without iterations among them the answer is False.
    """
    starts = [other.checkpoints[0] for other in others if other.ok and other.checkpoints]
    if not starts or not result.ok or not result.checkpoints or not result.out_of_time:
        return False
    return result.checkpoints[-1] < min(starts)


def mean_curve(results: Sequence[FoldResult]) -> LearningCurve | None:
    """Return the mean curve of some folds, or None when none of them has iterations.

    Folds keep different windows of one grid; outside its window a curve is extended by its nearest
    checkpoint: the last one where it stopped early, the first one where its window begins later.

    Parameters
    ----------
    results : sequence of FoldResult
        Folds with predictions.
    """
    grid = sorted({i for result in results for i in result.checkpoints})
    if not grid:
        return None
    curves = [_extend(result, np.asarray(grid)) for result in results]
    return LearningCurve(tuple(grid), tuple(np.mean(curves, axis=0).tolist()))


def epoch_curve(results: Iterable[FoldResult]) -> tuple[float, ...]:
    """Return the mean loss after each epoch that all folds completed.

    Parameters
    ----------
    results : iterable of FoldResult
        Results without a curve do not count; without any, the mean curve is empty.
    """
    curves = [result.curve for result in results if result.curve]
    return tuple(float(np.mean(losses)) for losses in zip(*curves, strict=False))


def _extend(result: FoldResult, grid: NDArray[np.int_]) -> NDArray[np.float64]:
    """Return the losses of a fold on the whole grid."""
    checkpoints = np.asarray(result.checkpoints or (0,))
    nearest = np.abs(checkpoints[:, np.newaxis] - grid).argmin(axis=0)
    losses: NDArray[np.float64] = np.asarray(result.losses, dtype=np.float64)[nearest]
    return losses
