"""Configurations that are likelier among the good results than among the others."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.parzen import Parzen

Matrix = NDArray[np.float64]


def most_likely_good(
    archive: Archive,
    told: NDArray[np.intp],
    rng: np.random.Generator,
    *,
    n_good: int,
    n_candidates: int,
    joint: bool = True,
    rows: Matrix | None = None,
) -> Configuration | None:
    """Return the candidate with the highest ratio of good to other density, None if none is new.

    Parameters
    ----------
    archive : Archive
    told : ndarray of int of shape (n,)
        Trials to learn from.
    rng : Generator
    n_good : int
        How many of them count as good: the best ones.
    n_candidates : int
        Candidates drawn from the good density.
    joint : bool, default=True
        See `Parzen`.
    rows : ndarray of shape (n_trials, n_parameters), optional
        Used instead of the archive's own.

    Returns
    -------
    Configuration or None
    """
    view = archive.view
    known = archive.rows if rows is None else rows
    order = told[np.argsort(archive.losses[told], kind="stable")]
    good = Parzen(view, known[order[:n_good]], joint=joint)
    other = Parzen(view, known[order[n_good:]], joint=joint)
    candidates = good.sample(rng, n_candidates)
    ratio = good.log_density(candidates) - other.log_density(candidates)
    best = np.argsort(-ratio, kind="stable")
    for configuration in view.decode_rows(candidates[best]):
        if configuration not in archive.seen:
            return configuration
    return None


def share_of(n: int, share: float) -> int:
    """Return a share of n results: at least one, at most all but one."""
    return min(max(math.floor(share * n), 1), n - 1)
