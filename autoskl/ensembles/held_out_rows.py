"""Held-out rows of all folds in one table, to fit a few numbers on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import FloatArray
from autoskl.ensembles.candidate import Truth

Vector = NDArray[np.floating[Any]]

LEAST_ROWS = 100
"""Below, predictions stay as they are: chance would be taken for knowledge."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutRows:
    """Rows that have a weight.

    Attributes
    ----------
    predictions : ndarray of shape (n_rows, n_outputs)
    y : ndarray of shape (n_rows,)
        Class codes or values.
    weight : ndarray of shape (n_rows,)
    share : ndarray of shape (n_rows,)
        Of each row in the mean over folds of the means over rows.
    """

    predictions: FloatArray
    y: NDArray[Any]
    weight: Vector
    share: Vector

    @classmethod
    def of(
        cls, predictions: Mapping[int, FloatArray], truths: Mapping[int, Truth], most_cells: int
    ) -> Self:
        """Return the rows of the folds of ``truths``.

        Parameters
        ----------
        predictions : mapping of int to ndarray of shape (n_test, n_outputs)
            By fold.
        truths : mapping of int to Truth
        most_cells : int
            Of more predictions a part of the rows is taken.
        """
        weights = {fold: _weight(truth) for fold, truth in truths.items()}
        weights = {fold: weight for fold, weight in weights.items() if weight.any()}
        step = max(1, -(-sum(predictions[fold].size for fold in weights) // most_cells))
        rows = {fold: np.flatnonzero(weight)[::step] for fold, weight in weights.items()}
        kept = {fold: weights[fold][chosen] for fold, chosen in rows.items()}
        n_outputs = next(iter(predictions.values())).shape[1]
        return cls(
            np.concatenate([np.empty((0, n_outputs)), *(predictions[f][rows[f]] for f in rows)]),
            np.concatenate([np.empty(0, np.int64), *(truths[f].y[rows[f]] for f in rows)]),
            np.concatenate([np.empty(0), *kept.values()]),
            np.concatenate([np.empty(0), *(w / (w.sum() * len(kept)) for w in kept.values())]),
        )

    def take(self, chosen: NDArray[np.bool_]) -> HeldOutRows:
        """Return some of the rows."""
        return HeldOutRows(
            self.predictions[chosen], self.y[chosen], self.weight[chosen], self.share[chosen]
        )


def n_scored(truths: Mapping[int, Truth]) -> int:
    """Return how many different rows have a weight; one may be held out in several folds."""
    scored = [truth.rows[np.flatnonzero(_weight(truth))] for truth in truths.values()]
    return len(np.unique(np.concatenate(scored))) if scored else 0


def _weight(truth: Truth) -> Vector:
    return np.ones(len(truth.y)) if truth.weight is None else truth.weight
