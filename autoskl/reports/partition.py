"""A regression tree as a partition of a search space into boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import ArrayView
from autoskl.space.parameters import Kind

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]


class TreeFeatures:
    """Rows of an array view as features of a tree; choices are one-hot encoded.

    Parameters
    ----------
    view : ArrayView
    """

    def __init__(self, view: ArrayView) -> None:
        self.view = view
        columns: list[int] = []
        levels: list[int] = []
        for j, (kind, n) in enumerate(zip(view.kinds, view.n_levels, strict=True)):
            own_levels = range(n) if kind is Kind.CHOICE else (-1,)
            columns += [j] * len(own_levels)
            levels += own_levels
        self.columns = np.array(columns, dtype=np.intp)
        self.levels = np.array(levels, dtype=np.intp)

    def __call__(self, rows: Matrix) -> Matrix:
        """Return features (n, n_features) of rows (n, n_parameters); inactive means default."""
        filled = np.where(np.isnan(rows), self.view.defaults, rows)[:, self.columns]
        return np.where(self.levels >= 0, filled == self.levels, filled).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Boxes on which a tree is constant; the range of each hyperparameter is split into cells.

    Attributes
    ----------
    values : ndarray of shape (n_boxes,)
    masks : tuple of (ndarray of bool of shape (n_boxes, n_cells))
        For each hyperparameter, which of its cells each box covers.
    measures : tuple of (ndarray of shape (n_cells,))
        For each hyperparameter, the prior probability of its cells.
    at_default : tuple of (ndarray of shape (n_cells,))
        For each hyperparameter, 1 for the cell of its default, which represents inactive.
    """

    values: Vector
    masks: tuple[Mask, ...]
    measures: tuple[Vector, ...]
    at_default: tuple[Vector, ...]


def partition(tree: Any, features: TreeFeatures) -> Partition:
    """Return the boxes of a scikit-learn tree that was fitted on `TreeFeatures`.

    Parameters
    ----------
    tree : sklearn.tree._tree.Tree
    features : TreeFeatures
    """
    leaves, low, high = _bounds(tree, len(features.columns))
    masks: list[Mask] = []
    measures: list[Vector] = []
    at_default: list[Vector] = []
    for j, weights in enumerate(features.view.weights):
        own = np.flatnonzero(features.columns == j)
        if features.levels[own[0]] >= 0:
            # A one-hot feature excludes its value if it must be 0, and all others if it must be 1.
            mask = high[:, own] >= 1.0
            required = low[:, own] >= 0.0
            chosen = required.any(axis=1)
            mask[chosen] &= required[chosen]
            points, measure = np.arange(len(own), dtype=np.float64), np.asarray(weights)
        else:
            points, measure = _cells(tree, own[0], weights)
            mask = (low[:, own] < points) & (points <= high[:, own])
        masks.append(mask)
        measures.append(measure)
        at_default.append(_default_cell(features.view, j, points, measure))
    return Partition(tree.value[leaves, 0, 0], tuple(masks), tuple(measures), tuple(at_default))


def _bounds(tree: Any, n_features: int) -> tuple[NDArray[np.intp], Matrix, Matrix]:
    """Return the leaves with their open lower and closed upper bounds (n_boxes, n_features)."""
    low = np.full((tree.node_count, n_features), -np.inf)
    high = np.full((tree.node_count, n_features), np.inf)
    # Parents precede their children.
    for node in np.flatnonzero(tree.children_left >= 0):
        left, right = tree.children_left[node], tree.children_right[node]
        feature, threshold = tree.feature[node], tree.threshold[node]
        low[[left, right]], high[[left, right]] = low[node], high[node]
        high[left, feature] = min(high[node, feature], threshold)
        low[right, feature] = max(low[node, feature], threshold)
    leaves = np.flatnonzero(tree.children_left < 0)
    return leaves, low[leaves], high[leaves]


def _cells(tree: Any, feature: int, weights: Vector | None) -> tuple[Vector, Vector]:
    """Return a point in each cell of a number or an ordinal, and the probability of the cell."""
    if weights is not None:
        return np.arange(len(weights), dtype=np.float64), weights
    cuts = np.unique(tree.threshold[tree.feature == feature])
    edges = np.concatenate([[0.0], cuts[(cuts > 0) & (cuts < 1)], [1.0]])
    return (edges[1:] + edges[:-1]) / 2, np.diff(edges)


def _default_cell(view: ArrayView, j: int, points: Vector, lengths: Vector) -> Vector:
    """Return 1 for the cell that contains the default of a hyperparameter, 0 for the others."""
    if view.n_levels[j]:
        return np.asarray(points == view.defaults[j], dtype=np.float64)
    position = np.searchsorted(np.cumsum(lengths)[:-1], view.defaults[j])
    return np.asarray(np.arange(len(points)) == position, dtype=np.float64)
