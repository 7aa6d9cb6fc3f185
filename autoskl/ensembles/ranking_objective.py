"""Objective for the area under the ROC curve, for all candidates at once by integer sorting."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from autoskl.core.losses import Target
from autoskl.ensembles.candidate import Candidate, Targets

Vector = NDArray[np.float64]
Keys = NDArray[np.uint32]


class ClassShares(Enum):
    """Which classes against the rest count, and how much."""

    SECOND = "second"
    EQUAL = "equal"
    BY_ROWS = "by rows"

    def of(self, y: Target, n_classes: int) -> Vector:
        """Return the share of each class; 0 for those that the rows lack."""
        rows = np.bincount(y, minlength=n_classes).astype(np.float64)
        if self is ClassShares.SECOND:
            rows[0] = 0.0
        shares = rows if self is ClassShares.BY_ROWS else np.sign(rows)
        shares[rows == len(y)] = 0.0  # no rest
        normalised: Vector = shares / max(shares.sum(), 1.0)
        return normalised


class RankingObjective:
    """1 - area under the ROC curve, averaged over the folds, without row weights.

    The bits of non-negative float32 numbers, read as integers, sort like the numbers. The class is
    appended as the lowest bit, so that one vectorised integer sort yields the classes in the order
    of the scores.

    Parameters
    ----------
    candidates : sequence of Candidate
    targets : mapping of int to HeldOutTarget
        Unweighted.
    class_shares : ClassShares, default=SECOND
        By default the area of the second class, of two.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        targets: Targets,
        class_shares: ClassShares = ClassShares.SECOND,
    ) -> None:
        self._n_folds = len(targets)
        self._rankings: list[tuple[float, NDArray[np.float32], Keys]] = []
        for fold, target in targets.items():
            predictions = [candidate.predictions[fold] for candidate in candidates]
            shares = class_shares.of(target.y, predictions[0].shape[1])
            for code in np.flatnonzero(shares):
                scores = np.array([outputs[:, code] for outputs in predictions], np.float32)
                # Adding 0 turns a negative zero, whose bits are large, into a positive one.
                scores = np.maximum(scores, 0) + 0
                positive = (target.y == code).astype(np.uint32)
                self._rankings.append((float(shares[code]), scores, positive))

    def losses_after_adding(self, counts: Vector) -> Vector:
        """See `Objective`."""
        total: Vector = np.zeros(len(counts))
        for share, scores, positive in self._rankings:
            sums = counts.astype(np.float32) @ scores + scores
            total += share * (1 - _areas(sums, positive))
        return total / self._n_folds


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
