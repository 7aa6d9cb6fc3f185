"""Proposals that maximise the ratio of the densities of good and other results."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.parzen import ParzenEstimator

Matrix = NDArray[np.float64]


def best_by_density_ratio(
    archive: Archive,
    numbers: NDArray[np.intp],
    rng: np.random.Generator,
    *,
    n_good: int,
    n_candidates: int,
    joint: bool = True,
) -> Configuration | None:
    """Return the new candidate with the highest ratio of good to other density, if there is one.

    Parameters
    ----------
    archive : Archive
    numbers : ndarray of int of shape (n,)
        Numbers of the trials to learn from.
    rng : Generator
    n_good : int
        Number of the best trials that count as good.
    n_candidates : int
        Number of candidates drawn from the good density.
    joint : bool, default=True
        See `Parzen`.

    Returns
    -------
    Configuration or None
    """
    rows = archive.rows[numbers[np.argsort(archive.losses[numbers], kind="stable")]]
    good = ParzenEstimator(archive.view, rows[:n_good], joint=joint)
    other = ParzenEstimator(archive.view, rows[n_good:], joint=joint)
    candidates = good.sample(rng, n_candidates)
    ratio = good.log_density(candidates) - other.log_density(candidates)
    return best_new(archive, candidates, ratio)


def best_new(
    archive: Archive, candidates: Matrix, scores: NDArray[np.float64]
) -> Configuration | None:
    """Return the candidate with the highest score among those not asked yet, if there is one.

    Parameters
    ----------
    archive : Archive
    candidates : ndarray of shape (n, n_parameters)
        Valid; NaN where inactive.
    scores : ndarray of shape (n,)
    """
    best = np.argsort(-scores, kind="stable")
    decoded = archive.view.decode_rows(candidates[best])
    return next((each for each in decoded if each not in archive.seen), None)


def n_good_of(n: int, share: float) -> int:
    """Return the number of good results among n: at least one and at most all but one."""
    return min(max(math.floor(share * n), 1), n - 1)
