"""Results of other tasks, which count less the more a search has of its own."""

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

FIRST_WEIGHT = 0.3
"""Of a borrowed result against one's own, where there is none yet."""

HALVED_AT = 10
"""Results of an algorithm at which what is borrowed for it counts half as much."""

DROPPED_AT = 40
"""Results of an algorithm from which on nothing is borrowed for it."""

MOST_BORROWED = 60
"""For one algorithm."""


class Borrowed:
    """Results of other tasks as arrays, for surrogates that learn from them too.

    They are neither trials of the search nor compared with any: what was tried elsewhere can be
    tried again, and no incumbent comes from here.

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
        Only their order counts, within an algorithm.
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

    def best(self, among: Numbers) -> int | None:
        """Return the best at the highest fidelity, None if all failed."""
        finite = among[np.isfinite(self.losses[among])]
        if not len(finite):
            return None
        return int(finite[np.lexsort((self.losses[finite], -self.rungs[finite]))[0]])

    def telling(self, among: Numbers) -> Numbers:
        """Return those to learn from: of too many, some of every rank."""
        if len(among) <= MOST_BORROWED:
            return among
        order = among[np.argsort(self.losses[among], kind="stable")]
        places = np.linspace(0, len(order) - 1, MOST_BORROWED).round().astype(np.intp)
        return np.sort(order[places])


def fading_weight(n_own: int) -> float:
    """Return what a borrowed result counts beside so many of one's own."""
    return 0.0 if n_own >= DROPPED_AT else FIRST_WEIGHT * HALVED_AT / (HALVED_AT + n_own)
