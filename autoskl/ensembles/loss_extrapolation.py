"""Extrapolates a loss that is known on some of the folds to all of them.

Folds differ in difficulty, so the mean loss over some folds cannot stand for that over all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

import numpy as np

from autoskl.core.result import IntArray
from autoskl.ensembles.candidate import Candidate, Targets
from autoskl.ensembles.cross_fitting import CrossFittedLosses


def extrapolate_to_all_folds(
    loss: float,
    candidates: Sequence[Candidate],
    known_folds: Collection[int],
    all_folds: Collection[int],
) -> float:
    """Return the loss that is expected on all folds, given that on some of them.

    The reference is the best candidate that has all folds. If its loss is lower on all folds than
    on the known ones, the loss is scaled by the ratio, so that it stays non-negative. If it is
    higher, the smaller of the scaled loss and the loss plus the difference is taken: the difference
    is too large where the reference is much worse than the ensemble, and the ratio where it is
    perfect on some folds.

    Parameters
    ----------
    loss : float
        Mean loss over ``known_folds``.
    candidates : sequence of Candidate
    known_folds : collection of int
    all_folds : collection of int

    Returns
    -------
    float
        The loss itself when no candidate has all folds, or when all of them are known.
    """
    if not known_folds or set(all_folds) <= set(known_folds):
        return loss
    needed = set(all_folds) | set(known_folds)
    complete = [c for c in candidates if needed <= set(c.predictions)]
    pairs = [(c.loss(all_folds), c.loss(known_folds)) for c in complete]
    finite = [pair for pair in pairs if all(map(math.isfinite, pair))]
    if not finite:
        return loss
    on_all, on_known = min(finite)
    shifted = loss + on_all - on_known
    if not (loss > 0 and on_all >= 0 and on_known > 0):
        return shifted
    scaled = loss * on_all / on_known
    return scaled if on_all < on_known else min(scaled, shifted)


def extrapolate_cross_fitted_loss(
    loss: float,
    cross_fitted: CrossFittedLosses,
    candidates: Sequence[Candidate],
    targets: Targets,
    selection_loss: Callable[[Sequence[Candidate], Targets], float],
) -> float:
    """Return the cross-fitted loss over all rows, also when only some were cross-fitted.

    In that case the mean increase of the loss by cross-fitting, on the same rows, is added to the
    loss on the rows that the ensemble was selected by.

    Parameters
    ----------
    loss : float
        Loss of the ensemble over all folds, on the rows that it was selected by.
    cross_fitted : CrossFittedLosses
    candidates : sequence of Candidate
    targets : mapping of int to HeldOutTarget
        All folds.
    selection_loss : callable
        Returns the same loss as ``loss``, given candidates and targets restricted to some rows.
    """
    if not cross_fitted.losses or not math.isfinite(cross_fitted.loss):
        return loss
    if cross_fitted.covers(len(targets)):
        return cross_fitted.loss
    increases = [
        value - selection_loss(*_restrict(candidates, targets, fold, cross_fitted.rows))
        for fold, value in cross_fitted.losses.items()
    ]
    return loss + float(np.mean(increases))


def _restrict(
    candidates: Sequence[Candidate], targets: Targets, fold: int, rows: IntArray | None
) -> tuple[Sequence[Candidate], Targets]:
    """Restrict candidates and targets to some rows of the dataset in one fold; None for all."""
    target = targets[fold]
    if rows is None:
        return candidates, {fold: target}
    chosen = np.flatnonzero(np.isin(target.rows, rows))
    return [c.take({fold: chosen}) for c in candidates], {fold: target.take(chosen)}
