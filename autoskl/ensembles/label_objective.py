"""Losses of predicted classes, computed from three totals per class, candidate and fold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.core.confusion import ClassTotals, ConfusionLoss
from autoskl.core.result import FloatArray
from autoskl.ensembles.candidate import Candidate, Targets

Vector = NDArray[np.float64]
Cells = NDArray[np.intp]


class LabelObjective:
    """Mean over the folds of a loss of predicted classes.

    Parameters
    ----------
    candidates : sequence of Candidate
    targets : mapping of int to HeldOutTarget
    loss : ConfusionLoss
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        targets: Targets,
        loss: ConfusionLoss,
    ) -> None:
        folds = list(targets)
        self._loss = loss
        n_classes = candidates[0].predictions[folds[0]].shape[1]
        self._shape = (len(folds), n_classes)
        self._scores = np.array(
            [np.concatenate([_scores(c.predictions[f]) for f in folds]) for c in candidates]
        )
        self._y = np.concatenate([targets[f].y for f in folds])
        self._starts = np.concatenate(
            [np.full(len(targets[f].y), 2 * n_classes * i) for i, f in enumerate(folds)]
        )
        self._of_two = (self._cells(0), self._cells(1))
        unweighted = all(target.weight is None for target in targets.values())
        weights = [targets[f].row_weights for f in folds]
        self._weight = None if unweighted else np.concatenate(weights)
        self._true = self._counts(self._cells(self._y)).sum(axis=-1)

    def losses_after_adding(self, counts: Vector) -> Vector:
        """See `Objective`."""
        base = np.tensordot(counts.astype(np.float32), self._scores, axes=1)
        counted = np.empty((len(self._scores), *self._shape, 2))
        for row, scores in zip(counted, self._scores, strict=True):
            total = base + scores
            if total.ndim == 1:
                cells = np.where(total > 0, self._of_two[1], self._of_two[0])
            else:
                cells = self._cells(np.argmax(total, axis=1))
            row[:] = self._counts(cells)
        positives, predicted = counted[..., 1], counted.sum(axis=-1)
        true = np.broadcast_to(self._true, positives.shape)
        losses: Vector = self._loss.of_totals(ClassTotals(positives, true, predicted)).mean(axis=1)
        return losses

    def _cells(self, labels: Cells | int) -> Cells:
        """Return the index of each row in counts (n_folds, n_classes, 2) of labels and hits."""
        cells: Cells = self._starts + 2 * labels + (labels == self._y)
        return cells

    def _counts(self, cells: Cells) -> Vector:
        """Return the total weight (n_folds, n_classes, 2) by label, of misses and of hits."""
        n_cells = 2 * self._shape[0] * self._shape[1]
        counts = np.bincount(cells, self._weight, n_cells).astype(np.float64, copy=False)
        return counts.reshape(*self._shape, 2)


def _scores(predictions: FloatArray) -> NDArray[np.float32]:
    """Return the margin of the second of two classes, or all probabilities."""
    if predictions.shape[1] == 2:
        return (predictions[:, 1] - predictions[:, 0]).astype(np.float32)
    return predictions.astype(np.float32)
