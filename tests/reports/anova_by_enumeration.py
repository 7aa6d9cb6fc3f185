"""Functional ANOVA by enumeration of all cells, which is slow and follows the definitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from sklearn.tree import DecisionTreeRegressor

from autoskl.optimizers.algorithms import algorithm_choice
from autoskl.reports.partition import TreeFeatures
from autoskl.space.array_view import ArrayView

Atoms = list[tuple[float, float]]
"""Values of a hyperparameter that stand for its cells, with their probabilities."""


@dataclass(frozen=True)
class Enumeration:
    """A point for every combination of cells.

    Attributes
    ----------
    view : ArrayView
    rows : ndarray of shape (n, n_parameters)
        No value is missing.
    weights : ndarray of shape (n,)
        Probabilities of the points.
    values : ndarray of shape (n,)
        Predictions of the tree.
    """

    view: ArrayView
    rows: np.ndarray
    weights: np.ndarray
    values: np.ndarray

    def where_active(self, *columns: int) -> Enumeration:
        names = [self.view.names[j] for j in columns]
        kept = np.array([all(self._is_active(name, row) for name in names) for row in self.rows])
        return Enumeration(self.view, self.rows[kept], self.weights[kept], self.values[kept])

    def variance(self, *columns: int) -> float:
        """Return the variance of the mean over all other hyperparameters."""
        groups: dict[tuple[float, ...], list[int]] = {}
        for i, row in enumerate(self.rows):
            groups.setdefault(tuple(row[list(columns)]), []).append(i)
        weights = self.weights / self.weights.sum()
        mean = weights @ self.values
        parts = [(weights[i].sum(), weights[i] @ self.values[i]) for i in groups.values()]
        return float(sum(mass * (total / mass - mean) ** 2 for mass, total in parts))

    def total(self) -> float:
        return self.variance(*range(len(self.view)))

    def _is_active(self, name: str, row: np.ndarray) -> bool:
        return all(
            self._is_active(condition.parent, row)
            and _value(self.view, condition.parent, row) in condition.values
            for condition in self.view.space.conditions_of(name)
        )


def enumerate_cells(view: ArrayView, tree: DecisionTreeRegressor) -> Enumeration:
    """Return a point for every combination of cells of a tree that was fitted on `TreeFeatures`."""
    features = TreeFeatures(view)
    points = [point for atoms in _regions(view, tree, features) for point in product(*atoms)]
    rows = np.array([[value for value, _ in point] for point in points])
    weights = np.array([np.prod([weight for _, weight in point]) for point in points])
    rows, weights = rows[weights > 0], weights[weights > 0]
    return Enumeration(view, rows, weights, tree.predict(features(rows)))


def _regions(
    view: ArrayView, tree: DecisionTreeRegressor, features: TreeFeatures
) -> Iterator[list[Atoms]]:
    free = [_atoms(view, tree, features, j) for j in range(len(view))]
    algorithm = algorithm_choice(view.space)
    if algorithm is None:
        yield free
        return
    for atom in free[view.column[algorithm]]:
        level = view.space.parameters[algorithm].levels[int(atom[0])]
        possible: dict[str, bool] = {}
        for name in view.names:
            possible[name] = all(
                possible[c.parent] and (c.parent != algorithm or level in c.values)
                for c in view.space.conditions_of(name)
            )
        inactive = [[(default, 1.0)] for default in view.defaults]
        yield [
            [atom] if name == algorithm else (free[j] if possible[name] else inactive[j])
            for j, name in enumerate(view.names)
        ]


def _atoms(view: ArrayView, tree: DecisionTreeRegressor, features: TreeFeatures, j: int) -> Atoms:
    weights = view.weights[j]
    if weights is not None:
        return [(float(level), float(weight)) for level, weight in enumerate(weights)]
    own = np.flatnonzero(features.columns == j)[0]
    cuts = np.unique(tree.tree_.threshold[tree.tree_.feature == own])
    edges = [0.0, *cuts[(cuts > 0) & (cuts < 1)], 1.0]
    prior = view.space.parameters[view.names[j]].weights or (1.0,)
    return [((a + b) / 2, _probability(prior, a, b)) for a, b in pairwise(edges)]


def _probability(weights: tuple[float, ...], low: float, high: float) -> float:
    """Return the probability of an interval of the unit scale."""
    n = len(weights)
    overlaps = [max(0.0, min(high, (i + 1) / n) - max(low, i / n)) for i in range(n)]
    densities = [weight * n / sum(weights) for weight in weights]
    return sum(d * overlap for d, overlap in zip(densities, overlaps, strict=True))


def _value(view: ArrayView, name: str, row: np.ndarray) -> object:
    return view.space.parameters[name].levels[int(row[view.column[name]])]
