"""Held-out rows of all folds in one table, to fit a few numbers on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import FloatArray, IntArray
from autoskl.core.seeds import generator
from autoskl.ensembles.candidate import Truth

Vector = NDArray[np.floating[Any]]

LEAST_ROWS = 100
"""Below, predictions stay as they are: chance would be taken for knowledge."""

_LEAST_DRAWN = 300
"""Rows that are kept of more, however many classes there are."""


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
            Of more predictions a part of the rows is drawn, at least 300.
        """
        scored = {fold: np.flatnonzero(truth.row_weights) for fold, truth in truths.items()}
        n_rows = sum(map(len, scored.values()))
        n_outputs = next(iter(predictions.values())).shape[1]
        share = max(_LEAST_DRAWN, most_cells // n_outputs) / max(n_rows, 1)
        rows = {
            fold: _drawn(truths[fold].y, chosen, share, fold)
            for fold, chosen in scored.items()
            if len(chosen)
        }
        kept = {fold: truths[fold].row_weights[chosen] for fold, chosen in rows.items()}
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
    scored = [truth.rows[np.flatnonzero(truth.row_weights)] for truth in truths.values()]
    return len(np.unique(np.concatenate(scored))) if scored else 0


def are_all(rows: HeldOutRows, truths: Mapping[int, Truth]) -> bool:
    """Whether none of the rows that have a weight was left out."""
    return len(rows.y) == sum(np.count_nonzero(truth.row_weights) for truth in truths.values())


def _drawn(y: NDArray[Any], rows: IntArray, share: float, seed: int) -> IntArray:
    """Draw a share of rows, of each class alike where y holds classes.

    Every nth row would be of one class, or of one hour, where these come by turns.
    """
    if share >= 1:
        return rows
    order = generator("held-out rows", seed).permutation(rows)
    if not np.issubdtype(y.dtype, np.floating):
        order = order[np.argsort(y[order], kind="stable")]
    n_chosen = math.ceil(share * len(rows))
    places = ((np.arange(n_chosen) + 0.5) * (len(rows) / n_chosen)).astype(np.intp)
    return np.sort(order[places])
