"""Held-out rows of all folds in one table, for fitting a few parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import FloatArray, IntArray
from autoskl.core.seeds import generator
from autoskl.ensembles.candidate import Targets

Vector = NDArray[np.floating[Any]]

MIN_ROWS = 100
"""With fewer rows nothing is fitted, since it would overfit."""

_MIN_SAMPLE = 300
"""Smallest sample of the rows, however many classes there are."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutRows:
    """Rows with a positive weight.

    Attributes
    ----------
    predictions : ndarray of shape (n_rows, n_outputs)
    y : ndarray of shape (n_rows,)
        Class codes or values.
    weight : ndarray of shape (n_rows,)
    share : ndarray of shape (n_rows,)
        Weight of each row in the mean over folds of the means over rows.
    """

    predictions: FloatArray
    y: NDArray[Any]
    weight: Vector
    share: Vector

    @classmethod
    def of(
        cls,
        predictions: Mapping[int, FloatArray],
        targets: Targets,
        max_cells: int,
    ) -> Self:
        """Return the rows of the folds of ``targets``.

        Parameters
        ----------
        predictions : mapping of int to ndarray of shape (n_test, n_outputs)
            By fold.
        targets : mapping of int to HeldOutTarget
        max_cells : int
            Number of predictions above which the rows are sampled, at least 300 of them.
        """
        scored = {fold: np.flatnonzero(target.row_weights) for fold, target in targets.items()}
        n_rows = sum(map(len, scored.values()))
        n_outputs = next(iter(predictions.values())).shape[1]
        share = max(_MIN_SAMPLE, max_cells // n_outputs) / max(n_rows, 1)
        rows = {
            fold: _draw_rows(targets[fold].y, chosen, share, fold)
            for fold, chosen in scored.items()
            if len(chosen)
        }
        kept = {fold: targets[fold].row_weights[chosen] for fold, chosen in rows.items()}
        return cls(
            np.concatenate([np.empty((0, n_outputs)), *(predictions[f][rows[f]] for f in rows)]),
            np.concatenate([np.empty(0, np.int64), *(targets[f].y[rows[f]] for f in rows)]),
            np.concatenate([np.empty(0), *kept.values()]),
            np.concatenate([np.empty(0), *(w / (w.sum() * len(kept)) for w in kept.values())]),
        )

    def take(self, chosen: NDArray[np.bool_]) -> HeldOutRows:
        """Return some of the rows."""
        return HeldOutRows(
            self.predictions[chosen], self.y[chosen], self.weight[chosen], self.share[chosen]
        )


def n_scored_rows(targets: Targets) -> int:
    """Return the number of distinct rows with a weight; one may be held out in several folds."""
    scored = [target.rows[np.flatnonzero(target.row_weights)] for target in targets.values()]
    return len(np.unique(np.concatenate(scored))) if scored else 0


def covers_all(rows: HeldOutRows, targets: Targets) -> bool:
    """Whether the rows were not sampled."""
    return len(rows.y) == sum(np.count_nonzero(target.row_weights) for target in targets.values())


def _draw_rows(y: NDArray[Any], rows: IntArray, share: float, seed: int) -> IntArray:
    """Draw a share of the rows, stratified by class where y holds classes.

    Taking every nth row would be biased where classes, or hours, alternate.
    """
    if share >= 1:
        return rows
    order = generator("held-out rows", seed).permutation(rows)
    if not np.issubdtype(y.dtype, np.floating):
        order = order[np.argsort(y[order], kind="stable")]
    n_chosen = math.ceil(share * len(rows))
    positions = ((np.arange(n_chosen) + 0.5) * (len(rows) / n_chosen)).astype(np.intp)
    return np.sort(order[positions])
