"""A random forest with uncertainty estimates that is cheap to update."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.seeds import derive_seed
from autoskl.optimizers.surrogate.features import Features

Vector = NDArray[np.float64]
Numbers = NDArray[np.intp]

_MAX_FULL_REFIT = 24
"""Up to this number of results, every tree is regrown for each new one."""


class Forest:
    """Extremely randomized trees; their mean and standard deviation are the prediction.

    Growing trees is expensive, so beyond a few results only some trees are regrown, in turn, for
    each new one. The leaves of all trees are always updated: they average all results that fall
    into them. The number of results that a tree was grown on depends only on their total number, so
    the forest is a function of the results and the seed, not of earlier fits.

    Parameters
    ----------
    transform : callable
        Maps measured values, of shape (n,), to the modelled scale, also of shape (n,).
    seed : int
    n_trees : int, default=20
    max_features : float, default=0.8
        Share of the features that are tried for each split.
    n_regrown : int, default=4
        Number of trees regrown for each new result.

    References
    ----------
    P. Geurts, D. Ernst, L. Wehenkel: Extremely randomized trees. Machine Learning 63, 2006.
    """

    def __init__(
        self,
        transform: Callable[[Vector], Vector],
        seed: int,
        *,
        n_trees: int = 20,
        max_features: float = 0.8,
        n_regrown: int = 4,
    ) -> None:
        self.transform = transform
        self.seed = seed
        self.n_trees = n_trees
        self.max_features = max_features
        self.n_regrown = n_regrown
        self._trees: list[Any] = [None] * n_trees
        self._digests: list[bytes] = [b""] * n_trees
        self._leaves: NDArray[np.intp] = np.empty((n_trees, 0), dtype=np.intp)
        self._offsets: NDArray[np.intp] = np.zeros(n_trees, dtype=np.intp)
        self._values: Vector = np.empty(0)
        self._median = 0.0
        self._counts: Vector = np.empty(0)

    def fit(self, features: Features, measured: Vector, numbers: Numbers) -> None:
        """Learn all results so far.

        Parameters
        ----------
        features : ndarray of float32 of shape (n, n_features)
        measured : ndarray of shape (n,)
        numbers : ndarray of int of shape (n,)
            Trial numbers, ascending; the features of a number must always be the same.
        """
        n = len(measured)
        self._reserve(int(numbers[-1]) + 1)
        period = 1 if n <= _MAX_FULL_REFIT else max(1, self.n_trees // self.n_regrown)
        for t in range(self.n_trees):
            m = max(n - (n - t) % period, 1)
            data = numbers[:m].tobytes() + measured[:m].tobytes()
            digest = hashlib.sha256(data).digest()
            if digest != self._digests[t]:
                self._grow(t, features[:m], measured[:m])
                self._digests[t] = digest
        self._update_leaves(features, measured, numbers)

    def assume(
        self, features: Features, targets: Vector | None = None, weight: float = 1.0
    ) -> None:
        """Add assumed results until the next fit.

        Parameters
        ----------
        features : ndarray of float32 of shape (n, n_features)
        targets : ndarray of shape (n,), optional
            Values on the modelled scale; by default the median of the results.
        weight : float, default=1.0
            Weight of each assumed result, in (0, 1]; measured results have weight 1.
        """
        assumed = np.full(len(features), self._median) if targets is None else targets
        nodes = np.concatenate(
            [t.apply(features) + o for t, o in zip(self._trees, self._offsets, strict=True)]
        )
        counts = weight * np.bincount(nodes, minlength=len(self._values))
        sums = weight * np.bincount(nodes, np.tile(assumed, self.n_trees), len(self._values))
        self._values = (self._values * self._counts + sums) / (self._counts + counts)
        self._counts = self._counts + counts

    def predict(self, features: Features) -> tuple[Vector, Vector]:
        """Return the mean over the trees and their standard deviation, each of shape (n,)."""
        votes = np.empty((self.n_trees, len(features)))
        for t, tree in enumerate(self._trees):
            votes[t] = self._values[tree.apply(features) + self._offsets[t]]
        return votes.mean(axis=0), votes.std(axis=0)

    def draw(self, rng: np.random.Generator) -> Callable[[Features], Vector]:
        """Return the function of a single tree chosen at random."""
        t = int(rng.integers(self.n_trees))
        tree, values = self._trees[t], self._values

        def drawn(features: Features) -> Vector:
            return np.asarray(values[tree.apply(features) + self._offsets[t]])

        return drawn

    def _reserve(self, n: int) -> None:
        """Make sure that the leaves of n trials can be stored; -1 marks unknown ones."""
        capacity = self._leaves.shape[1]
        if n > capacity:
            leaves = np.full((self.n_trees, max(n, 2 * capacity, 64)), -1, dtype=np.intp)
            leaves[:, :capacity] = self._leaves
            self._leaves = leaves

    def _grow(self, t: int, features: Features, measured: Vector) -> None:
        from sklearn.tree import ExtraTreeRegressor

        tree = ExtraTreeRegressor(
            max_features=self.max_features,
            random_state=derive_seed("tree", self.seed, t, len(measured)),
        )
        self._trees[t] = tree.fit(features, self.transform(measured), check_input=False).tree_
        self._leaves[t] = -1

    def _update_leaves(self, features: Features, measured: Vector, numbers: Numbers) -> None:
        leaves = self._leaves[:, numbers]
        for t, tree in enumerate(self._trees):
            new = leaves[t] < 0
            if new.any():
                leaves[t, new] = tree.apply(features[new])
        self._leaves[:, numbers] = leaves
        ends = np.cumsum([tree.node_count for tree in self._trees])
        self._offsets = np.concatenate([[0], ends[:-1]])
        nodes = (leaves + self._offsets[:, None]).ravel()
        targets = self.transform(measured)
        self._median = float(np.median(targets))
        sums = np.bincount(nodes, np.tile(targets, self.n_trees), ends[-1])
        # Inner nodes hold no results; 1 avoids the division by zero.
        self._counts = np.maximum(np.bincount(nodes, minlength=ends[-1]), 1).astype(np.float64)
        self._values = sums / self._counts
