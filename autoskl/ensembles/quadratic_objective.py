"""Objectives for squared errors, computed from products of the candidates' residuals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.ensembles.candidate import Candidate, HeldOutTarget, Targets

Vector = NDArray[np.float64]


class QuadraticObjective:
    """Quadratic form of the weights, or its square root, averaged over the folds.

    Parameters
    ----------
    products : ndarray of shape (n_folds, n_candidates, n_candidates)
        Mean over each fold's rows of the products of two candidates' residuals.
    root : bool
        Whether the square root of each fold's mean squared error is taken.
    """

    def __init__(self, products: NDArray[np.float64], *, root: bool) -> None:
        # Without square roots, the folds can be averaged beforehand.
        self._products = products if root else products.mean(axis=0, keepdims=True)
        self._diagonal = np.diagonal(self._products, axis1=1, axis2=2)
        self._root = root

    def losses_after_adding(self, counts: Vector) -> Vector:
        """See `Objective`."""
        cross = self._products @ counts
        total = counts.sum() + 1
        squares = ((cross @ counts)[:, np.newaxis] + 2 * cross + self._diagonal) / total**2
        squares = np.maximum(squares, 0.0)
        losses: Vector = (np.sqrt(squares) if self._root else squares).mean(axis=0)
        return losses


def squared_objective(
    candidates: Sequence[Candidate], targets: Targets, *, root: bool = False
) -> QuadraticObjective:
    """Return the objective for the mean squared error, or for its root averaged over folds."""
    return QuadraticObjective(_products(candidates, targets), root=root)


def unexplained_objective(candidates: Sequence[Candidate], targets: Targets) -> QuadraticObjective:
    """Return the objective for 1 - R²; the target must vary in each fold."""
    variances = np.array([_variance(target) for target in targets.values()])
    products = _products(candidates, targets) / variances[:, np.newaxis, np.newaxis]
    return QuadraticObjective(products, root=False)


def target_varies(targets: Targets) -> bool:
    """Whether the target varies in each fold."""
    return all(_variance(target) > 0 for target in targets.values())


def _products(candidates: Sequence[Candidate], targets: Targets) -> NDArray[np.float64]:
    products = []
    for fold, target in targets.items():
        residuals = np.array([c.predictions[fold][:, 0] - target.y for c in candidates])
        weight = target.row_weights
        residuals *= np.sqrt(weight / weight.sum())
        products.append(residuals @ residuals.T)
    return np.array(products)


def _variance(target: HeldOutTarget) -> float:
    mean = np.average(target.y, weights=target.weight)
    return float(np.average((target.y - mean) ** 2, weights=target.weight))
