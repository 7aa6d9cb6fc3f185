"""Objective for the area under the ROC curve, for all candidates at once by integer sorting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.ensembles.candidate import Candidate, Targets

Vector = NDArray[np.float64]
Keys = NDArray[np.uint32]


class RankingObjective:
    """1 - area under the ROC curve, averaged over the folds, without row weights.

    The bits of non-negative float32 numbers, read as integers, sort like the numbers. The class is
    appended as the lowest bit, so that one vectorised integer sort yields the classes in the order
    of the scores.

    Parameters
    ----------
    candidates : sequence of Candidate
    targets : mapping of int to HeldOutTarget
        Unweighted, with two classes.
    """

    def __init__(self, candidates: Sequence[Candidate], targets: Targets) -> None:
        self._scores = [
            # Adding 0 turns a negative zero, whose bits are large, into a positive one.
            np.maximum(np.array([c.predictions[f][:, 1] for c in candidates], np.float32), 0) + 0
            for f in targets
        ]
        self._positive = [(target.y == 1).astype(np.uint32) for target in targets.values()]

    def losses_after_adding(self, counts: Vector) -> Vector:
        """See `Objective`."""
        losses = [
            1 - _areas(counts.astype(np.float32) @ scores + scores, positive)
            for scores, positive in zip(self._scores, self._positive, strict=True)
        ]
        mean: Vector = np.mean(losses, axis=0)
        return mean


def _areas(scores: NDArray[np.float32], positive: Keys) -> Vector:
    """Return the areas (n_candidates,) of scores (n_candidates, n_rows)."""
    keys = (scores.view(np.uint32) << np.uint32(1)) | positive
    keys.sort(axis=1)
    classes = keys & np.uint32(1)
    n_rows, n_positive = len(positive), int(positive.sum())
    # A positive at position i has i rows below it, minus the positives among them. Within a tie the
    # negatives come first, so that all ties count as won.
    won = classes @ np.arange(n_rows, dtype=np.float64) - n_positive * (n_positive - 1) / 2
    # Neighbours that differ only in the class bit are ties between the classes.
    tied = ((keys[:, 1:] ^ keys[:, :-1]) == 1).any(axis=1)
    if tied.any():
        won[tied] -= _tied_pairs(keys[tied]) / 2
    areas: Vector = won / (n_positive * (n_rows - n_positive))
    return areas


def _tied_pairs(keys: Keys) -> Vector:
    """Return the number of tied pairs of a positive and a negative row, by candidate."""
    n_candidates, n_rows = keys.shape
    like_last = np.zeros(keys.shape, dtype=bool)
    like_last[:, 1:] = (keys[:, 1:] ^ keys[:, :-1]) <= 1
    like_next = np.zeros(keys.shape, dtype=bool)
    like_next[:, :-1] = like_last[:, 1:]
    # Ties are usually few, so the rest is computed for the tied rows only.
    rows = np.flatnonzero(like_last | like_next)
    starts = np.flatnonzero(~like_last.ravel()[rows])
    positives = np.add.reduceat((keys.ravel()[rows] & np.uint32(1)).astype(np.float64), starts)
    pairs = positives * (np.diff(np.append(starts, len(rows))) - positives)
    return np.bincount(rows[starts] // n_rows, pairs, n_candidates).astype(np.float64, copy=False)
