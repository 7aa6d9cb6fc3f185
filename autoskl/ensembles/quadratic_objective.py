"""Squared errors of ensembles from the products of their members' residuals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.ensembles.candidate import Candidate, Truth

Vector = NDArray[np.float64]


class QuadraticObjective:
    """Mean over the folds of weights' quadratic forms, or of their square roots.

    Parameters
    ----------
    products : ndarray of shape (n_folds, n_candidates, n_candidates)
        Mean over each fold's rows of the products of two candidates' residuals.
    root : bool
        Whether the square root of each fold's mean squared error is taken.
    """

    def __init__(self, products: NDArray[np.float64], *, root: bool) -> None:
        # Without roots the mean over the folds can be taken once for all.
        self._products = products if root else products.mean(axis=0, keepdims=True)
        self._diagonal = np.diagonal(self._products, axis1=1, axis2=2)
        self._root = root

    def additions(self, counts: Vector) -> Vector:
        """See `Objective`."""
        cross = self._products @ counts
        total = counts.sum() + 1
        squares = ((cross @ counts)[:, np.newaxis] + 2 * cross + self._diagonal) / total**2
        squares = np.maximum(squares, 0.0)
        losses: Vector = (np.sqrt(squares) if self._root else squares).mean(axis=0)
        return losses


def squared_objective(
    candidates: Sequence[Candidate], truths: Mapping[int, Truth], *, root: bool = False
) -> QuadraticObjective:
    """Mean squared error of ensembles of regression candidates, or the mean of its roots."""
    return QuadraticObjective(_products(candidates, truths), root=root)


def unexplained_objective(
    candidates: Sequence[Candidate], truths: Mapping[int, Truth]
) -> QuadraticObjective:
    """1 - R²; the target must vary in each fold."""
    variances = np.array([_variance(truth) for truth in truths.values()])
    products = _products(candidates, truths) / variances[:, np.newaxis, np.newaxis]
    return QuadraticObjective(products, root=False)


def target_varies(truths: Mapping[int, Truth]) -> bool:
    """Whether the target takes several values in each fold."""
    return all(_variance(truth) > 0 for truth in truths.values())


def _products(candidates: Sequence[Candidate], truths: Mapping[int, Truth]) -> NDArray[np.float64]:
    products = []
    for fold, truth in truths.items():
        residuals = np.array([c.predictions[fold][:, 0] - truth.y for c in candidates])
        weight = truth.row_weights
        residuals *= np.sqrt(weight / weight.sum())
        products.append(residuals @ residuals.T)
    return np.array(products)


def _variance(truth: Truth) -> float:
    mean = np.average(truth.y, weights=truth.weight)
    return float(np.average((truth.y - mean) ** 2, weights=truth.weight))
