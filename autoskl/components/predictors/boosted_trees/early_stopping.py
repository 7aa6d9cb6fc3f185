"""Early stopping of boosting: by the validation loss and by the time left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.components.fitting.checkpoint_grid import checkpoint_grid
from autoskl.components.fitting.deadlines import StepTimer, seconds_until

FULL_PATIENCE_SECONDS = 60.0
"""With less time left, the patience is reduced in proportion."""

MAX_OUTPUTS = 1_000_000
"""Outputs of validation rows are kept by round only up to this number per round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyStoppingRule:
    """Number of rounds without improvement before boosting stops, similar to AutoGluon's rule.

    It is the larger of a count that is generous on few rows, where the curve is noisy, and a
    fraction of the best round so far.

    Attributes
    ----------
    n_rows : int
    share : float, default=0.3
        Fraction of the full patience, from 0.1 (little time left) to 1.
    """

    n_rows: int
    share: float = 0.3

    def rounds_after(self, best_round: int) -> float:
        """Return the number of rounds to wait after the best one."""
        base = max(20.0, 300.0 * min(1.0, 10_000 / self.n_rows))
        return max(base * self.share, 0.3 * best_round + 20.0)


def early_stopping_rule(n_rows: int, deadline: float | None) -> EarlyStoppingRule:
    """Return the rule for a fit; without a deadline it does not depend on the clock."""
    if deadline is None:
        return EarlyStoppingRule(n_rows=n_rows)
    return EarlyStoppingRule(
        n_rows=n_rows, share=min(max(seconds_until(deadline) / FULL_PATIENCE_SECONDS, 0.1), 1.0)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Encoded rows for a library of boosted trees.

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
class BoostingResult:
    """Outcome of boosting.

    Attributes
    ----------
    booster : object
        The library's own object.
    n_rounds : int
    best_round : int
        Round with the lowest loss on the validation rows, without them the last one.
    trace : dict of int to ndarray
        Outputs of the library for the validation rows by round, from about half the best round on.
    out_of_time : bool
        Whether the deadline ended boosting.
    """

    booster: Any
    n_rounds: int
    best_round: int
    trace: dict[int, NDArray[Any]]
    out_of_time: bool = False


class EarlyStopping:
    """Decides after every round whether to continue.

    Parameters
    ----------
    rule : EarlyStoppingRule
    deadline : float or None
        Time on the monotonic clock, in seconds, after which no round should end.

    Attributes
    ----------
    best_round : int
        Round with the lowest loss so far, 0 before the first loss.
    out_of_time : bool
        Whether the deadline ruled out another round.
    """

    def __init__(self, rule: EarlyStoppingRule, deadline: float | None) -> None:
        self.best_round = 0
        self.out_of_time = False
        self._rule = rule
        self._timer = StepTimer(deadline)
        self._best_loss = float("inf")

    def update(self, number: int, loss: float | None) -> bool:
        """Record a round and return whether another one follows.

        Parameters
        ----------
        number : int
            Number of the round, from 1.
        loss : float or None
            Loss on the validation rows, None without any.
        """
        if loss is not None and loss < self._best_loss:
            self._best_loss, self.best_round = loss, number
        if loss is not None and number - self.best_round >= self._rule.rounds_after(
            self.best_round
        ):
            return False
        self.out_of_time = not self._timer.allows_another()
        return not self.out_of_time

    def discard_early(self, trace: dict[int, Any]) -> None:
        """Remove outputs of rounds too early for the evaluation to request them."""
        for early in [number for number in trace if number < self.best_round // 2]:
            del trace[early]


def rounds_to_keep(watched: Rows | None, n_scores: int, n_rounds: int) -> frozenset[int]:
    """Return the rounds whose outputs on the validation rows are kept; none if they are large."""
    if watched is None or watched.X.shape[0] * n_scores > MAX_OUTPUTS:
        return frozenset()
    return frozenset(checkpoint_grid(n_rounds))


def as_matrix(X: Any) -> Any:
    """Return X, sparse arrays as matrices, which all versions of the libraries accept."""
    return sparse.csr_matrix(X) if sparse.issparse(X) else X


def inner_split(n_rows: int, seed: int, share: float = 0.15) -> tuple[Any, Any]:
    """Return training and validation rows, for fits without held-out rows."""
    order = np.random.default_rng(seed).permutation(n_rows)
    n_watched = round(share * n_rows)
    return np.sort(order[n_watched:]), np.sort(order[:n_watched])
