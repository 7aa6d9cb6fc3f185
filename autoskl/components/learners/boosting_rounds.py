"""Rounds of LightGBM: as long as they help, as long as there is time, with all curves kept."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from scipy import sparse

from autoskl.components.learners.circumstances import seconds_until

SHORT_FIT = 60.0
"""Fits with fewer seconds left are less patient, in proportion."""


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
    """Rows for LightGBM.

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


def boost(
    parameters: Mapping[str, Any],
    train: Rows,
    watched: Rows | None,
    *,
    categorical: tuple[int, ...] = (),
    n_rounds: int,
    deadline: float | None,
) -> tuple[Any, int]:
    """Return the trained booster and its best round on the watched rows, the last one without them.

    Parameters
    ----------
    parameters : mapping
        LightGBM's own.
    train, watched : Rows
    categorical : tuple of int
        Columns that hold category codes.
    n_rounds : int
        Most rounds.
    deadline : float or None
        No round starts that would end after this moment of `time.monotonic`.
    """
    own = dict(parameters)
    data = lightgbm.Dataset(
        matrix(train.X), train.y, weight=train.weight, params=own, categorical_feature=categorical
    )
    booster = lightgbm.Booster(own, data)
    if watched is not None:
        held_out = data.create_valid(
            matrix(watched.X), watched.y, weight=watched.weight, params=own
        )
        booster.add_valid(held_out, "held out")
    best_round = _train(
        booster, n_rounds, watched is not None, patience_of(train.X.shape[0], deadline), deadline
    )
    booster.free_dataset()
    return booster, best_round


def _train(
    booster: Any, n_rounds: int, is_watched: bool, patience: Patience, deadline: float | None
) -> int:
    best_loss, best_round = float("inf"), 0
    longest = 0.0
    for number in range(1, n_rounds + 1):
        start = time.monotonic()
        if booster.update():
            # No leaf could be split.
            break
        if is_watched:
            loss = booster.eval_valid()[0][2]
            if loss < best_loss:
                best_loss, best_round = loss, number
            if number - best_round >= patience.after(best_round):
                break
        longest = max(0.9 * longest, time.monotonic() - start)
        if seconds_until(deadline) < longest:
            break
    return best_round or booster.current_iteration()


def matrix(X: Any) -> Any:
    """Return what every version of LightGBM takes."""
    return sparse.csr_matrix(X) if sparse.issparse(X) else X


def inner_split(n_rows: int, seed: int, share: float = 0.15) -> tuple[Any, Any]:
    """Return rows to train on and rows to watch, for fits without held-out rows."""
    order = np.random.default_rng(seed).permutation(n_rows)
    n_watched = round(share * n_rows)
    return np.sort(order[n_watched:]), np.sort(order[:n_watched])
