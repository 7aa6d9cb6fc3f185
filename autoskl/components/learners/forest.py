"""Forests that grow while there is time, and predict the rows that their trees have not seen."""

from __future__ import annotations

import time
from copy import copy
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)

from autoskl.components.learners.compact_tree import CompactTree, rounded
from autoskl.components.learners.deadlines import OneFit, seconds_until
from autoskl.core.result import FloatArray

_TICK = 1e-4
_CAUTION = 0.8
"""Share of the time left that is planned for."""
_TIMES = 4
"""Trees are grown in steps, each at most so many times what is there."""


class _Forest(OneFit):
    """What all forests share."""

    n_estimators: int
    estimators_: list[Any]

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Grow all trees, or as many as the deadline lets grow."""
        deadline, out_of_bag = self._take_circumstances()
        # The trees work in single precision; converting here saves converting in every step.
        X = X.astype(np.float32, copy=False)
        if sample_weight is not None:
            # Some versions draw as many rows as the weights add up to.
            sample_weight = sample_weight / np.mean(sample_weight)
        planned = self.n_estimators
        try:
            self._grow(deadline, X, y, sample_weight)
        finally:
            self._set(n_estimators=planned, warm_start=False)
        for tree in self.estimators_:
            rounded(tree.tree_)
        if out_of_bag:
            self._keep_out_of_bag(X)
        return self

    def out_of_bag_outputs(self) -> tuple[FloatArray, NDArray[np.int64]]:
        """Return predictions (n_rows, n_outputs) and the number of trees that did not see a row.

        They are there when the context of the fit asked for them, and do not outlast a pickle.
        Rows that every tree has seen are predicted as 0.
        """
        if not hasattr(self, "_out_of_bag"):
            raise AttributeError(
                "There are no out-of-bag predictions: the fit was not asked for them, or the "
                "forest was pickled since."
            )
        sums, counts = self._out_of_bag
        return sums / np.maximum(counts, 1)[:, np.newaxis], counts

    def _grow(self, deadline: float | None, X: Any, y: Any, weight: Any) -> None:
        parent: Any = super()
        planned = self.n_estimators
        if deadline is None:
            parent.fit(X, y, sample_weight=weight)
            return
        done, upto = 0, 1
        while True:
            start = time.monotonic()
            self._set(n_estimators=upto, warm_start=done > 0)
            parent.fit(X, y, sample_weight=weight)
            # Some clocks stand still between ticks that are longer than a tree takes.
            per_tree = max(time.monotonic() - start, _TICK) / (upto - done)
            done = upto
            affordable = int(_CAUTION * seconds_until(deadline) / per_tree)
            if done == planned or affordable < 1:
                return
            upto = min(planned, done + min(affordable, _TIMES * done))

    def _keep_out_of_bag(self, X: Any) -> None:
        n_rows = X.shape[0]
        counts = np.zeros(n_rows, dtype=np.int64)
        sums = np.zeros((n_rows, self.estimators_[0].tree_.value.shape[2]))
        samples: Any = self._get_estimators_indices()  # type: ignore[attr-defined]
        for tree, drawn in zip(self.estimators_, samples, strict=True):
            unseen = np.ones(n_rows, dtype=bool)
            unseen[drawn] = False
            rows = np.flatnonzero(unseen)
            sums[rows] += tree.tree_.predict(X[rows]).reshape(len(rows), -1)
            counts[rows] += 1
        self._out_of_bag = (sums, counts)

    def _set(self, **parameters: Any) -> None:
        self.set_params(**parameters)  # type: ignore[attr-defined]

    def __getstate__(self) -> Any:
        state = super().__getstate__()
        for of_training in ("_out_of_bag", "_sample_weight", "_n_samples", "_n_samples_bootstrap"):
            state.pop(of_training, None)
        trees = state.pop("estimators_", None)
        if trees:
            state["compact_trees"] = [CompactTree.of(tree.tree_) for tree in trees]
            state["tree_around"] = _with_tree(trees[0], None)
        return state

    def __setstate__(self, state: Any) -> None:
        compact = state.pop("compact_trees", None)
        around = state.pop("tree_around", None)
        parent: Any = super()
        parent.__setstate__(state)
        if compact is not None:
            self.estimators_ = [_with_tree(around, tree.restored()) for tree in compact]


def _with_tree(estimator: Any, tree: Any) -> Any:
    """Return a copy of a fitted decision tree around another tree."""
    other = copy(estimator)
    other.tree_ = tree
    return other


class ForestClassifier(_Forest, RandomForestClassifier):  # type: ignore[misc]
    """Random forest for classes."""


class ForestRegressor(_Forest, RandomForestRegressor):  # type: ignore[misc]
    """Random forest for values."""


class ExtraForestClassifier(_Forest, ExtraTreesClassifier):  # type: ignore[misc]
    """Extremely randomised trees for classes."""


class ExtraForestRegressor(_Forest, ExtraTreesRegressor):  # type: ignore[misc]
    """Extremely randomised trees for values."""
