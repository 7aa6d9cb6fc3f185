"""Rounds of LightGBM: as long as they help, as long as there is time, with all curves kept."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.components.learners.circumstances import seconds_until

SHORT_FIT = 60.0
"""Fits with fewer seconds left are less patient, in proportion."""


_MOST_OUTPUTS = 1_000_000
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


@dataclass(frozen=True, slots=True, eq=False)
class Boosted:
    """What came of boosting.

    Attributes
    ----------
    booster : lightgbm.Booster
    best_round : int
        Round with the least loss on the watched rows, the last one without them.
    trace : dict of int to ndarray
        Outputs of the watched rows (probabilities or values) after some rounds, none of them much
        before the best.
    """

    booster: Any
    best_round: int
    trace: dict[int, NDArray[Any]]


def boost(
    parameters: Mapping[str, Any],
    train: Rows,
    watched: Rows | None,
    *,
    categorical: tuple[int, ...] = (),
    n_rounds: int,
    deadline: float | None,
) -> Boosted:
    """Boost until the loss on the watched rows has not fallen for long.

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
    patience = patience_of(train.X.shape[0], deadline)
    asked = None
    if watched is not None:
        small = watched.X.shape[0] * own.get("num_class", 1) <= _MOST_OUTPUTS
        asked = kept_rounds(n_rounds) if small else frozenset()
    best_round, trace = _train(booster, n_rounds, asked, patience, deadline)
    booster.free_dataset()
    return Boosted(booster, best_round or booster.current_iteration(), trace)


def _train(
    booster: Any,
    n_rounds: int,
    asked: frozenset[int] | None,
    patience: Patience,
    deadline: float | None,
) -> tuple[int, dict[int, NDArray[Any]]]:
    """Return the best round, 0 where no rows are watched, and outputs of the rounds asked for."""
    best_loss, best_round = float("inf"), 0
    trace: dict[int, NDArray[Any]] = {}
    longest = 0.0
    for number in range(1, n_rounds + 1):
        start = time.monotonic()
        if booster.update():
            # No leaf could be split.
            break
        if asked is not None:
            note = partial(_note, trace, number) if number in asked else None
            loss = booster.eval_valid(note)[0][2]
            if loss < best_loss:
                best_loss, best_round = loss, number
                for early in [n for n in trace if n < best_round // 2]:
                    del trace[early]
            if number - best_round >= patience.after(best_round):
                break
        longest = max(0.9 * longest, time.monotonic() - start)
        if seconds_until(deadline) < longest:
            break
    return best_round, trace


def _note(trace: dict[int, NDArray[Any]], number: int, outputs: NDArray[Any], _: Any) -> list[Any]:
    """Keep the outputs of a round, in the guise of a metric, which is how LightGBM tells them.

    It keeps them anyway, and predicting the rows again is dear.
    """
    trace[number] = outputs.copy()
    return []


def kept_rounds(n_rounds: int) -> frozenset[int]:
    """Return the rounds whose outputs on the watched rows are kept: those the evaluation asks for.

    Every one up to 8, then in steps of a tenth.
    """
    grid = [1]
    while grid[-1] < n_rounds:
        grid.append(max(grid[-1] + 1, round(grid[-1] * 1.1)))
    return frozenset(grid)


def matrix(X: Any) -> Any:
    """Return what every version of LightGBM takes."""
    return sparse.csr_matrix(X) if sparse.issparse(X) else X


def inner_split(n_rows: int, seed: int, share: float = 0.15) -> tuple[Any, Any]:
    """Return rows to train on and rows to watch, for fits without held-out rows."""
    order = np.random.default_rng(seed).permutation(n_rows)
    n_watched = round(share * n_rows)
    return np.sort(order[n_watched:]), np.sort(order[:n_watched])
