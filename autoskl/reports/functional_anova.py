"""Functional ANOVA: the share of a tree's variance that each hyperparameter explains."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.reports.partition import Partition
from autoskl.reports.regions import Regions

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


def total_variance(boxes: Partition, parts: Regions) -> float:
    """Return the variance of a tree over all regions."""
    weights = _weights(parts)
    volumes = weights @ _volumes(boxes, parts)
    return float(volumes @ (boxes.values - volumes @ boxes.values) ** 2)


def variance(boxes: Partition, parts: Regions, columns: Sequence[int]) -> float:
    """Return the variance of a tree's marginal over one or two hyperparameters, computed exactly.

    The marginal is the mean over all others. It does not vary with a hyperparameter whose cells the
    partition leaves out.

    Parameters
    ----------
    boxes : Partition
    parts : Regions
        In which the hyperparameters are active.
    columns : sequence of int
        Columns of the hyperparameters.

    References
    ----------
    F. Hutter, H. Hoos, K. Leyton-Brown: An efficient approach for assessing hyperparameter
    importance. ICML 2014, algorithm 2.
    """
    columns = [j for j in columns if j in boxes.cells]
    if not columns:
        return 0.0
    masses = _masses(boxes, parts, columns)
    mass, sums = masses.sum(axis=0), (masses * _marginals(boxes, parts, columns)).sum(axis=0)
    marginal = np.divide(sums, mass, out=np.zeros_like(sums), where=mass > 0)
    return float((mass * (marginal - sums.sum()) ** 2).sum())


def _weights(parts: Regions) -> Vector:
    return np.asarray(parts.probabilities / parts.probabilities.sum())


def _volumes(boxes: Partition, parts: Regions, without: Collection[int] = ()) -> Matrix:
    """Return the product of the measures of boxes along hyperparameters: (n_regions, n_boxes)."""
    volumes = np.ones((len(parts.probabilities), len(boxes.values)))
    for j, cells in boxes.cells.items():
        if j not in without:
            volumes *= parts.measures[j] @ cells.shares
    return volumes


def _masses(boxes: Partition, parts: Regions, columns: Sequence[int]) -> NDArray[np.float64]:
    """Return the probability of each cell, or pair of cells, in each region."""
    first, *rest = (parts.measures[j] @ boxes.cells[j].measures for j in columns)
    first = first * _weights(parts)[:, None]
    return first if not rest else first[:, :, None] * rest[0][:, None, :]


def _marginals(boxes: Partition, parts: Regions, columns: Sequence[int]) -> NDArray[np.float64]:
    """Return the mean over all other hyperparameters for each cell, or pair, in each region."""
    others = _volumes(boxes, parts, without=columns) * boxes.values
    first, *rest = (boxes.cells[j].covered.astype(np.float64) for j in columns)
    return np.asarray(others @ first if not rest else (others[:, None, :] * first.T) @ rest[0])
