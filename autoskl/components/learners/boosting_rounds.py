"""How long to boost: as long as it helps, and as long as there is time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.components.learners.deadlines import Pace, seconds_until

SHORT_FIT = 60.0
"""Fits with fewer seconds left are less patient, in proportion."""

MOST_OUTPUTS = 1_000_000
"""Outputs of the watched rows are kept by rounds when they are not more than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many rounds without a better loss end the training.

    A count that is generous on few rows, where the curve is noisy, and a share of the best round so
    far, whichever is more. It follows AutoGluon's rule.

    Attributes
    ----------
    n_rows : int
    share : float
        Between 0.1, in a hurry, and 1.
    """

    n_rows: int
    share: float = 0.3

    def after(self, best_round: int) -> float:
        """Return the rounds to wait after the best one."""
        simple = max(20.0, 300.0 * min(1.0, 10_000 / self.n_rows))
        return max(simple * self.share, 0.3 * best_round + 20.0)


def patience_of(n_rows: int, deadline: float | None) -> Patience:
    """Return the patience of a fit; without a deadline it does not depend on any clock."""
    if deadline is None:
        return Patience(n_rows=n_rows)
    return Patience(n_rows=n_rows, share=min(max(seconds_until(deadline) / SHORT_FIT, 0.1), 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows for a library of boosted trees.

    Attributes
    ----------
    X : ndarray or sparse array of shape (n_rows, n_columns)
    y : ndarray of shape (n_rows,)
        Class codes without gaps, or standardised values.
    weight : ndarray of shape (n_rows,) or None
    """

    X: Any
    y: Any
    weight: Any = None

    def __getitem__(self, rows: Any) -> Rows:
        weight = None if self.weight is None else self.weight[rows]
        return Rows(self.X[rows], self.y[rows], weight)


@dataclass(frozen=True, slots=True, eq=False)
class Boosted:
    """What came of boosting.

    Attributes
    ----------
    booster : object
        The library's own.
    n_rounds : int
    best_round : int
        Round with the least loss on the watched rows, the last one without them.
    trace : dict of int to ndarray
        What the library says about the watched rows after some rounds, none of them much before the
        best.
    out_of_time : bool
        Whether the deadline ended it.
    """

    booster: Any
    n_rounds: int
    best_round: int
    trace: dict[int, NDArray[Any]]
    out_of_time: bool = False


class Watch:
    """Decides after every round whether another one follows.

    Parameters
    ----------
    patience : Patience
    deadline : float or None
        No round should start that would end after this moment of `time.monotonic`.

    Attributes
    ----------
    best_round : int
        Round with the least loss so far, 0 before the first loss.
    out_of_time : bool
        Whether the deadline forbade another round.
    """

    def __init__(self, patience: Patience, deadline: float | None) -> None:
        self.best_round = 0
        self.out_of_time = False
        self._patience = patience
        self._pace = Pace(deadline)
        self._best_loss = float("inf")

    def goes_on(self, number: int, loss: float | None) -> bool:
        """Take note of a round and return whether another one follows.

        Parameters
        ----------
        number : int
            Of the round; 1 is the first.
        loss : float or None
            On the watched rows, None where there are none.
        """
        if loss is not None and loss < self._best_loss:
            self._best_loss, self.best_round = loss, number
        if loss is not None and number - self.best_round >= self._patience.after(self.best_round):
            return False
        self.out_of_time = not self._pace.allows_another()
        return not self.out_of_time

    def forget(self, trace: dict[int, Any]) -> None:
        """Drop outputs of rounds that the evaluation will not ask for."""
        for early in [number for number in trace if number < self.best_round // 2]:
            del trace[early]


def rounds_to_keep(watched: Rows | None, n_scores: int, n_rounds: int) -> frozenset[int]:
    """Return the rounds whose outputs on the watched rows are kept, none where there are many."""
    if watched is None or watched.X.shape[0] * n_scores > MOST_OUTPUTS:
        return frozenset()
    return kept_rounds(n_rounds)


def kept_rounds(n_rounds: int) -> frozenset[int]:
    """Return the rounds that the evaluation asks for: every one up to 8, then steps of a tenth."""
    grid = [1]
    while grid[-1] < n_rounds:
        grid.append(max(grid[-1] + 1, round(grid[-1] * 1.1)))
    return frozenset(grid)


def matrix(X: Any) -> Any:
    """Return what every version of the libraries takes."""
    return sparse.csr_matrix(X) if sparse.issparse(X) else X


def inner_split(n_rows: int, seed: int, share: float = 0.15) -> tuple[Any, Any]:
    """Return rows to train on and rows to watch, for fits without held-out rows."""
    order = np.random.default_rng(seed).permutation(n_rows)
    n_watched = round(share * n_rows)
    return np.sort(order[n_watched:]), np.sort(order[:n_watched])
