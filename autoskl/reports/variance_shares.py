"""Shares of the variance of a forest over a search space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.reports.functional_anova import total_variance, variance
from autoskl.reports.partition import Partition
from autoskl.reports.regions import Regions, activating_values, regions
from autoskl.space.array_view import ArrayView

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SingleShares:
    """What a hyperparameter explains alone.

    Attributes
    ----------
    active : float
        Prior probability of being active.
    of_total, when_active : ndarray of shape (n_trees,)
        Its share of the total variance of each tree, and of the variance where it is active.
    """

    active: float
    of_total: Vector
    when_active: Vector


class VarianceShares:
    """Shares of the variance of each tree of a forest.

    Whatever does not depend on the trees is computed once, and a tree costs time only for the
    hyperparameters that it splits on.

    Parameters
    ----------
    view : ArrayView
    trees : sequence of Partition
    """

    def __init__(self, view: ArrayView, trees: Sequence[Partition]) -> None:
        self._trees = trees
        self._activating = activating_values(view)
        self._whole = regions(view, self._activating)
        self._totals = [total_variance(boxes, self._whole) for boxes in trees]

    def single(self, j: int) -> SingleShares:
        """Return the shares that the hyperparameter of a column explains alone."""
        parts = self._where_active(j)
        active = float(parts.probabilities.sum())
        of_total, when_active = [], []
        for boxes, total in zip(self._trees, self._totals, strict=True):
            explained = variance(boxes, parts, [j])
            of_total.append(_ratio(active * explained, total))
            here = total_variance(boxes, parts) if explained > 0 else 0.0
            when_active.append(_ratio(explained, here))
        return SingleShares(active, np.array(of_total), np.array(when_active))

    def pair(self, first: int, second: int) -> Vector:
        """Return the share of each tree's variance that is explained by an interaction."""
        parts = self._where_active(first, second)
        active = float(parts.probabilities.sum())
        shares = []
        for boxes, total in zip(self._trees, self._totals, strict=True):
            alone = variance(boxes, parts, [first]) + variance(boxes, parts, [second])
            interaction = max(variance(boxes, parts, [first, second]) - alone, 0.0)
            shares.append(_ratio(active * interaction, total))
        return np.array(shares)

    def _where_active(self, *columns: int) -> Regions:
        parts = self._whole
        for j in columns:
            parts = parts.restrict(self._activating[j])
        return parts


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0
