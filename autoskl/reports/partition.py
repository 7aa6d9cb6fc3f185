"""A regression tree as a partition of a search space into boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.reports.regions import algorithm_column
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
        self.algorithm = algorithm_column(view)
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
class Cells:
    """The cells into which the boxes of a partition divide the range of a hyperparameter.

    Attributes
    ----------
    covered : ndarray of bool of shape (n_boxes, n_cells)
        Which cells each box covers.
    measures : ndarray of shape (n_states, n_cells)
        Probability of each cell in each state of the hyperparameter, as in `Regions`.
    shares : ndarray of shape (n_states, n_boxes)
        Probability of all cells that a box covers.
    """

    covered: Mask
    measures: Matrix
    shares: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Boxes on which a tree is constant.

    Attributes
    ----------
    values : ndarray of shape (n_boxes,)
    cells : mapping of int to Cells
        By column, for the hyperparameters that the tree splits on, and for the algorithm choice,
        whose values are in different regions. Each box covers the whole range of all others.
    """

    values: Vector
    cells: Mapping[int, Cells]


def partition(tree: Any, features: TreeFeatures) -> Partition:
    """Return the boxes of a scikit-learn tree that was fitted on `TreeFeatures`.

    Parameters
    ----------
    tree : sklearn.tree._tree.Tree
    features : TreeFeatures
    """
    leaves, low, high = _bounds(tree, len(features.columns))
    columns = set(features.columns[tree.feature[tree.feature >= 0]].tolist())
    if features.algorithm is not None:
        columns.add(features.algorithm)
    cells: dict[int, Cells] = {}
    for j in sorted(columns):
        own = np.flatnonzero(features.columns == j)
        if features.levels[own[0]] >= 0:
            # A one-hot feature excludes its value if it must be 0, and all others if it must be 1.
            covered = high[:, own] >= 1.0
            required = low[:, own] >= 0.0
            chosen = required.any(axis=1)
            covered[chosen] &= required[chosen]
            measures = np.eye(len(own))
        else:
            points, measures = _measures(tree, own[0], features.view, j)
            covered = (low[:, own] < points) & (points <= high[:, own])
        cells[j] = Cells(covered, measures, measures @ covered.T)
    return Partition(tree.value[leaves, 0, 0], cells)


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


def _measures(tree: Any, feature: int, view: ArrayView, j: int) -> tuple[Vector, Matrix]:
    """Return a point in each cell of a number or an ordinal, and the measures of the cells."""
    n_levels = view.n_levels[j]
    if n_levels:
        return np.arange(n_levels, dtype=np.float64), np.eye(n_levels)
    cuts = np.unique(tree.threshold[tree.feature == feature])
    cuts = cuts[(cuts > 0) & (cuts < 1)]
    edges = np.concatenate([[0.0], cuts, [1.0]])
    at_default = np.arange(len(edges) - 1) == np.searchsorted(cuts, view.defaults[j])
    prior = view.histograms.get(j)
    shares = np.diff(edges if prior is None else prior.cdf(edges))
    return (edges[1:] + edges[:-1]) / 2, np.stack([shares, at_default])
