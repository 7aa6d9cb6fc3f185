"""One-exchange neighbours: configurations that differ in a single hyperparameter."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autoskl.space.array_view import Array, ArrayView
from autoskl.space.exchanges import LevelExchange, NumberExchange

Positions = NDArray[np.intp]


def neighbours(
    view: ArrayView,
    matrix: Array,
    rng: np.random.Generator,
    *,
    scale: ArrayLike = 0.2,
    n: int = 100,
) -> tuple[Array, Positions]:
    """Return one-exchange neighbours of several configurations at once.

    In each neighbour one active hyperparameter has another value; children that become active get
    their defaults. The active hyperparameters take turns in random order until a configuration has
    n neighbours; a hyperparameter that runs out of values drops out.

    * Choices, ordinals and integers with few values never repeat a value: a choice takes another
      value by prior weight, an ordinal an adjacent one, an integer any other, preferably a near
      one.
    * Other numbers are drawn from a normal distribution around the present value, truncated to the
      unit scale.

    Parameters
    ----------
    view : ArrayView
    matrix : ndarray of shape (n_rows, d)
        Encoded configurations.
    rng : Generator
    scale : float, or array of shape (n_rows,) or (n_rows, d), default=0.2
        Standard deviation of the normal distribution on the unit scale.
    n : int, default=100
        Maximum number of neighbours per configuration.

    Returns
    -------
    neighbours : ndarray of shape (m, d)
        Valid configurations; m is at most ``n_rows * n``, and less if values run out or
        combinations are forbidden.
    origins : ndarray of int of shape (m,)
        Row of ``matrix`` that each neighbour belongs to, in ascending order.

    References
    ----------
    Hutter, F., Hoos, H. H. and Leyton-Brown, K. (2011). Sequential model-based optimization for
    general algorithm configuration. LION 5, section 4.3.
    """
    scales = _scales(scale, matrix.shape)
    levels, numbers = _exchanges(view)
    active = ~np.isnan(matrix)
    level_rows, level_columns = np.nonzero(active & levels.handles)
    number_rows, number_columns = np.nonzero(active & numbers.handles)
    others, available = levels.sample_other_levels(
        level_columns,
        matrix[level_rows, level_columns],
        scales[level_rows, level_columns],
        rng,
    )
    rows = np.concatenate([level_rows, number_rows])
    columns = np.concatenate([level_columns, number_columns])
    available = np.concatenate([available, np.full(len(number_rows), n)])
    pair, turn = _turns(rows, available, n, rng)
    origins, changed = rows[pair], columns[pair]
    result = matrix[origins]
    by_level = pair < len(level_rows)
    at = np.flatnonzero(by_level)
    result[at, changed[at]] = others[pair[at], turn[at]]
    at = np.flatnonzero(~by_level)
    present, spread = result[at, changed[at]], scales[origins[at], changed[at]]
    result[at, changed[at]] = numbers.sample_other_values(changed[at], present, spread, rng)
    at = np.flatnonzero(view.is_parent[changed])
    if len(at):
        result[at] = view.activate(result[at])
    valid = view.is_valid(result)
    return result[valid], origins[valid]


@lru_cache(maxsize=8)
def _exchanges(view: ArrayView) -> tuple[LevelExchange, NumberExchange]:
    # Cached per view: optimizers ask for neighbours many times a second.
    return LevelExchange(view), NumberExchange(view)


def _scales(scale: ArrayLike, shape: tuple[int, ...]) -> Array:
    scales = np.asarray(scale, dtype=np.float64)
    if not np.all(scales > 0):
        raise ValueError(f"scale must be positive. Got {scale!r}.")
    if not scales.ndim:
        return np.full(shape, scales)
    return np.broadcast_to(scales[:, None] if scales.ndim == 1 else scales, shape)


def _turns(
    rows: Positions, available: Positions, n: int, rng: np.random.Generator
) -> tuple[Positions, Positions]:
    """Let the hyperparameters of each row take turns until the row has n neighbours.

    Parameters
    ----------
    rows : ndarray of int of shape (n_pairs,)
        Row of each (row, hyperparameter) pair.
    available : ndarray of int of shape (n_pairs,)
        Number of other values of the pair's hyperparameter, n if they never run out.
    n : int
    rng : Generator

    Returns
    -------
    pair, turn : ndarray of int
        For each neighbour, the pair that changes and the number of turns it has had before; sorted
        by row, and by turn within a row.
    """
    n_rows = int(rows.max(initial=-1)) + 1
    n_endless = np.bincount(rows[available >= n], minlength=n_rows)
    rounds = np.where(n_endless > 0, -(-n // np.maximum(n_endless, 1)), n)
    turns = np.minimum(available, rounds[rows])
    pair = np.repeat(np.arange(len(rows)), turns)
    turn = np.arange(len(pair)) - np.repeat(np.cumsum(turns) - turns, turns)
    # A combined key for row and turn, because one sort is faster than two.
    row = rows[pair]
    order = np.argsort(row * (turn.max(initial=0) + 2.0) + turn + rng.random(len(turn)))
    pair, turn = pair[order], turn[order]
    per_row = np.bincount(row, minlength=n_rows)
    rank = np.arange(len(pair)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    return pair[rank < n], turn[rank < n]
