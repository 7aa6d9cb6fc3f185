"""Rank-based association of single columns with the target."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def rank_association(
    Z: NDArray[Any], y: NDArray[Any], *, classification: bool
) -> NDArray[np.float64]:
    """Return the fraction of the variance of each column's ranks that the target explains.

    For classification this is the correlation ratio (as in the Kruskal-Wallis test), for regression
    the square of Spearman's correlation.

    Parameters
    ----------
    Z : ndarray of shape (n_rows, n_columns)
        Missing values count as the median rank.
    y : ndarray of shape (n_rows,)
    classification : bool

    Returns
    -------
    ndarray of shape (n_columns,)
        From 0 to 1.

    References
    ----------
    W. H. Kruskal, W. A. Wallis. "Use of ranks in one-criterion variance analysis". Journal of the
    American Statistical Association, 1952.
    """
    ranks = _centred_ranks(Z)
    total = np.maximum((ranks**2).sum(axis=0), 1e-12)
    if not classification:
        other = _centred_ranks(np.asarray(y, dtype=np.float64)[:, None])[:, 0]
        spread = max(float(other @ other), 1e-12)
        return np.asarray((ranks.T @ other) ** 2 / (total * spread))
    _, codes = np.unique(y, return_inverse=True)
    members = np.eye(codes.max() + 1)[codes]
    sums = members.T @ ranks
    between = (sums**2 / members.sum(axis=0)[:, None]).sum(axis=0)
    return np.asarray(between / total)


def _centred_ranks(Z: NDArray[Any]) -> NDArray[np.float64]:
    """Return the centred average ranks of each column, 0 for missing values."""
    from scipy.stats import rankdata

    ranks = rankdata(Z, axis=0, nan_policy="omit")
    counts = np.maximum((~np.isnan(ranks)).sum(axis=0), 1)
    return np.asarray(np.nan_to_num(ranks - (counts + 1) / 2))
