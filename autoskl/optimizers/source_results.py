"""Results of other tasks, whose weight decreases with the number of own results."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.core.fidelity import Ladder
from autoskl.optimizers.observation import Observation
from autoskl.space.array_view import ArrayView

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Numbers = NDArray[np.intp]

INITIAL_WEIGHT = 0.3
"""Weight of a transferred result, relative to an own one, as long as there is no own result."""

HALF_WEIGHT_AT = 10
"""Number of own results of an algorithm at which the weight has halved."""

ZERO_WEIGHT_AT = 40
"""Number of own results of an algorithm from which transferred ones are ignored."""

MAX_RESULTS_PER_ALGORITHM = 60
"""Transferred results of one algorithm that a surrogate learns from."""


class SourceResults:
    """Results of other tasks as arrays, for surrogates that learn from them.

    They are not trials of the search: the same configurations can be tried again, and none of them
    becomes the incumbent.

    Parameters
    ----------
    view : ArrayView
    ladder : Ladder
    observations : sequence of Observation
        At fidelities of the ladder.

    Attributes
    ----------
    rows : ndarray of shape (n, n_parameters)
    rungs : ndarray of int of shape (n,)
    losses : ndarray of shape (n,)
        Only their order within an algorithm matters.
    """

    def __init__(
        self, view: ArrayView, ladder: Ladder, observations: Sequence[Observation] = ()
    ) -> None:
        rung_of = {rung.fidelity: i for i, rung in enumerate(ladder.rungs)}
        trials = [observation.trial for observation in observations]
        self.rows: Matrix = np.empty((0, len(view)))
        if trials:
            self.rows = view.encode([trial.configuration for trial in trials])
        self.rungs = np.array([rung_of[trial.fidelity] for trial in trials], dtype=np.intp)
        self.losses = np.array([observation.loss for observation in observations])

    def __len__(self) -> int:
        return len(self.rows)

    def best(self, indices: Numbers) -> int | None:
        """Return the best of some results at their highest fidelity, None if all failed."""
        finite = indices[np.isfinite(self.losses[indices])]
        if not len(finite):
            return None
        return int(finite[np.lexsort((self.losses[finite], -self.rungs[finite]))[0]])

    def select(self, indices: Numbers) -> Numbers:
        """Return the results to learn from: at most 60, evenly spread over all ranks."""
        if len(indices) <= MAX_RESULTS_PER_ALGORITHM:
            return indices
        order = indices[np.argsort(self.losses[indices], kind="stable")]
        ranks = np.linspace(0, len(order) - 1, MAX_RESULTS_PER_ALGORITHM).round().astype(np.intp)
        return np.sort(order[ranks])


def source_weight(n_own: int) -> float:
    """Return the weight of a transferred result, given the number of own results."""
    if n_own >= ZERO_WEIGHT_AT:
        return 0.0
    return INITIAL_WEIGHT * HALF_WEIGHT_AT / (HALF_WEIGHT_AT + n_own)
