"""One number of iterations for all folds of a trial.

A fold that picked its own best iteration on the rows it is scored on would look better than it is,
and iterative models would take too much weight in the ensemble. The minimum of the mean curve over
the folds is shared by all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import FoldResult


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """Mean loss of all folds by iterations.

    Attributes
    ----------
    iterations : tuple of int
    losses : tuple of float
    """

    iterations: tuple[int, ...]
    losses: tuple[float, ...]

    @property
    def best(self) -> int:
        """Fewest iterations at which the mean loss is least."""
        return self.iterations[int(np.argmin(self.losses))]


def nearest_checkpoint(result: FoldResult, iteration: int | None) -> int:
    """Return the position of the checkpoint nearest to an iteration, of two the earlier."""
    if iteration is None or not result.checkpoints:
        return 0
    return int(np.argmin(np.abs(np.asarray(result.checkpoints) - iteration)))


def was_cut_short(result: FoldResult, others: Collection[FoldResult]) -> bool:
    """Return whether the time ended a fold before the others had even begun to be good.

    The end of the time stops iterative models wherever they are. Such a fold model would spoil the
    iteration that all folds share, so that it is better not to have it. A fold that stops as early
    by itself is another matter: it overfits sooner than the others.

    Parameters
    ----------
    result : FoldResult
    others : collection of FoldResult
        Other folds of the trial; without iterations among them nothing can be told.
    """
    begun = [other.checkpoints[0] for other in others if other.ok and other.checkpoints]
    if not begun or not result.ok or not result.checkpoints or not result.out_of_time:
        return False
    return result.checkpoints[-1] < min(begun)


def mean_curve(results: Sequence[FoldResult]) -> LearningCurve | None:
    """Return the mean curve of some folds, or None when none of them has iterations.

    Folds keep different windows of one grid, so that each is continued by its nearest checkpoint:
    the last where it stopped early, the first where its window begins later.

    Parameters
    ----------
    results : sequence of FoldResult
        Folds with predictions.
    """
    grid = sorted({i for result in results for i in result.checkpoints})
    if not grid:
        return None
    curves = [_continued(result, np.asarray(grid)) for result in results]
    return LearningCurve(tuple(grid), tuple(np.mean(curves, axis=0).tolist()))


def epoch_curve(results: Iterable[FoldResult]) -> tuple[float, ...]:
    """Return the mean loss of folds after each epoch that all of them had.

    Parameters
    ----------
    results : iterable of FoldResult
        Those without a curve do not count; it is empty when none has one.
    """
    curves = [result.curve for result in results if result.curve]
    return tuple(float(np.mean(losses)) for losses in zip(*curves, strict=False))


def _continued(result: FoldResult, grid: NDArray[np.int_]) -> NDArray[np.float64]:
    """Losses of a fold on the whole grid."""
    checkpoints = np.asarray(result.checkpoints or (0,))
    nearest = np.abs(checkpoints[:, np.newaxis] - grid).argmin(axis=0)
    losses: NDArray[np.float64] = np.asarray(result.losses, dtype=np.float64)[nearest]
    return losses
