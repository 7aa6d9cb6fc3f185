"""Forests that stop growing at a deadline and provide out-of-bag predictions."""

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

from autoskl.components.fitting.deadlines import DeadlineMixin, seconds_until
from autoskl.components.predictors.compact_tree import CompactTree, round_values
from autoskl.core.result import FloatArray

_CLOCK_RESOLUTION = 1e-4
_SAFETY = 0.8
"""Fraction of the time left that is planned for."""
_MAX_GROWTH = 4
"""Each step adds at most this many times the trees grown so far."""


class _Forest(DeadlineMixin):
    """Mixin of the four forests."""

    n_estimators: int
    estimators_: list[Any]

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Grow all trees, or as many as the deadline allows."""
        deadline, out_of_bag, _ = self._pop_fit_context()
        # Trees work in single precision; converting once here saves converting in every step.
        X = X.astype(np.float32, copy=False)
        if sample_weight is not None:
            # Some scikit-learn versions draw as many rows as the sum of the weights.
            sample_weight = sample_weight / np.mean(sample_weight)
        planned = self.n_estimators
        try:
            self._grow(deadline, X, y, sample_weight)
        finally:
            self._set(n_estimators=planned, warm_start=False)
        for tree in self.estimators_:
            round_values(tree.tree_)
        if out_of_bag:
            self._keep_out_of_bag(X)
        return self

    def out_of_bag_outputs(self) -> tuple[FloatArray, NDArray[np.int64]]:
        """Return predictions (n_rows, n_outputs) and the number of trees that did not see each row.

        Available only if the context of the fit requested them, and not after unpickling. Rows
        that every tree has seen get 0.
        """
        if not hasattr(self, "_out_of_bag"):
            raise AttributeError(
                "There are no out-of-bag predictions: the fit was not asked for them, or the "
                "forest has been pickled since."
            )
        sums, counts = self._out_of_bag
        return sums / np.maximum(counts, 1)[:, np.newaxis], counts

    def _grow(self, deadline: float | None, X: Any, y: Any, weight: Any) -> None:
        parent: Any = super()
        planned = self.n_estimators
        if deadline is None:
            parent.fit(X, y, sample_weight=weight)
            return
        grown, target = 0, 1
        while True:
            start = time.monotonic()
            self._set(n_estimators=target, warm_start=grown > 0)
            parent.fit(X, y, sample_weight=weight)
            # The resolution of some clocks is coarser than the time of a tree.
            per_tree = max(time.monotonic() - start, _CLOCK_RESOLUTION) / (target - grown)
            grown = target
            affordable = int(_SAFETY * seconds_until(deadline) / per_tree)
            if grown == planned or affordable < 1:
                return
            target = min(planned, grown + min(affordable, _MAX_GROWTH * grown))

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
        for name in ("_out_of_bag", "_sample_weight", "_n_samples", "_n_samples_bootstrap"):
            state.pop(name, None)
        trees = state.pop("estimators_", None)
        if trees:
            state["compact_trees"] = [CompactTree.of(tree.tree_) for tree in trees]
            state["tree_template"] = _with_tree(trees[0], None)
        return state

    def __setstate__(self, state: Any) -> None:
        compact = state.pop("compact_trees", None)
        template = state.pop("tree_template", None)
        parent: Any = super()
        parent.__setstate__(state)
        if compact is not None:
            self.estimators_ = [_with_tree(template, tree.restore()) for tree in compact]


def _with_tree(estimator: Any, tree: Any) -> Any:
    """Return a copy of a fitted decision tree with another ``tree_``."""
    other = copy(estimator)
    other.tree_ = tree
    return other


class ForestClassifier(_Forest, RandomForestClassifier):  # type: ignore[misc]
    """Random forest classifier."""


class ForestRegressor(_Forest, RandomForestRegressor):  # type: ignore[misc]
    """Random forest regressor."""


class ExtraForestClassifier(_Forest, ExtraTreesClassifier):  # type: ignore[misc]
    """Extremely randomised trees classifier."""


class ExtraForestRegressor(_Forest, ExtraTreesRegressor):  # type: ignore[misc]
    """Extremely randomised trees regressor."""
