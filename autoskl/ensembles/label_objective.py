"""Losses of the likeliest classes, one confusion matrix for each candidate and fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.core.confusion import ConfusionLoss
from autoskl.core.result import FloatArray
from autoskl.ensembles.candidate import Candidate, Truth

Vector = NDArray[np.float64]


class LabelObjective:
    """Mean over the folds of a loss of confusion matrices.

    Parameters
    ----------
    candidates : sequence of Candidate
    truths : mapping of int to Truth
    loss : ConfusionLoss
    """

    def __init__(
        self, candidates: Sequence[Candidate], truths: Mapping[int, Truth], loss: ConfusionLoss
    ) -> None:
        folds = list(truths)
        self._loss = loss
        self._n_folds = len(folds)
        self._n_classes = candidates[0].predictions[folds[0]].shape[1]
        self._scores = np.array(
            [np.concatenate([_scores(c.predictions[f]) for f in folds]) for c in candidates]
        )
        self._cells = np.concatenate(
            [(i * self._n_classes + truths[f].y) * self._n_classes for i, f in enumerate(folds)]
        )
        weights = [truth.weight for truth in truths.values() if truth.weight is not None]
        self._weight = np.concatenate(weights) if weights else None

    def additions(self, counts: Vector) -> Vector:
        """See `Objective`."""
        base = np.tensordot(counts.astype(np.float32), self._scores, axes=1)
        shape = (len(self._scores), self._n_folds, self._n_classes, self._n_classes)
        matrices = np.empty((shape[0], self._n_folds * self._n_classes**2))
        for cells, scores in zip(matrices, self._scores, strict=True):
            total = base + scores
            labels = total > 0 if total.ndim == 1 else np.argmax(total, axis=1)
            cells[:] = np.bincount(self._cells + labels, self._weight, len(cells))
        losses: Vector = self._loss.of_matrix(matrices.reshape(shape)).mean(axis=1)
        return losses


def _scores(predictions: FloatArray) -> NDArray[np.float32]:
    """Lead of the second of two classes, or all probabilities."""
    if predictions.shape[1] == 2:
        return (predictions[:, 1] - predictions[:, 0]).astype(np.float32)
    return predictions.astype(np.float32)
