"""CatBoost estimators that can predict with any number of their rounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import catboost
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import is_classifier

from autoskl.components.predictors.boosted_trees.boosted_outputs import (
    BoostedClassifierMixin,
    BoostedRegressorMixin,
)
from autoskl.components.predictors.boosted_trees.catboost_texts import (
    columns_with_repeated_words,
    word_features,
    words_of,
)
from autoskl.components.predictors.boosted_trees.early_stopping import (
    BoostingResult,
    EarlyStopping,
    Rows,
    as_matrix,
)
from autoskl.components.predictors.boosted_trees.schedule import Schedule
from autoskl.components.predictors.boosted_trees.staged_boosting import StagedBoosting
from autoskl.tables.text_table import MixedTable

_SYMMETRIC = "SymmetricTree"
_MISSING = -1
"""Code of missing categories, as CatBoost has no missing value for them."""


class _EarlyStoppingCallback:
    """Connects `EarlyStopping` to CatBoost's callbacks."""

    def __init__(self, stopping: EarlyStopping, loss: str) -> None:
        self._stopping = stopping
        self._loss = loss

    def after_iteration(self, info: Any) -> bool:
        """Return whether to continue; CatBoost calls this after each round."""
        losses = info.metrics.get("validation", {}).get(self._loss)
        return self._stopping.update(info.iteration, losses[-1] if losses else None)


class _StagedCatBoost(StagedBoosting):
    """Base of classifier and regressor; parameters and attributes as in `StagedBoosting`.

    CatBoost rejects constant targets and constant columns. Then there is no booster, and the
    outputs are the class frequencies or the mean.
    """

    _serialised_with_texts: bytes | None = None
    """Serialised model, if it uses text columns."""

    def _boost(self, train: Rows, watched: Rows | None, schedule: Schedule) -> BoostingResult:
        self._base, self._serialised_with_texts = self._base_scores(train), None
        self._texts = columns_with_repeated_words(train.X)
        if not (self._texts or _varies(train.X)) or np.all(train.y == train.y[0]):
            return BoostingResult(None, 1, 1, {})
        own = self._all_parameters(schedule.n_rounds)
        stopping = schedule.early_stopping(train.X.shape[0])
        booster = catboost.CatBoost(own)
        booster.fit(
            self._rows(train.X, train.y, train.weight),
            eval_set=None if watched is None else self._rows(watched.X, watched.y, watched.weight),
            callbacks=[_EarlyStoppingCallback(stopping, own["loss_function"])],
        )
        rounds = booster.tree_count_
        return BoostingResult(
            booster, rounds, stopping.best_round or rounds, {}, stopping.out_of_time
        )

    def _stage_scores(
        self, rows: Any, start: int, stop: int, previous: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        if self._trees is None:
            return np.broadcast_to(self._base, previous.shape)
        raw = self._trees.predict(
            rows,
            prediction_type="RawFormulaVal",
            ntree_start=start,
            ntree_end=stop,
            thread_count=self.n_jobs,
        )
        scores: NDArray[np.float64] = previous + np.asarray(raw).reshape(-1, self._n_scores)
        return scores

    def _rows(self, X: Any, y: Any = None, weight: Any = None) -> Any:
        texts = words_of(X, self._texts)
        X = X.numbers if isinstance(X, MixedTable) else X
        n_columns = X.shape[1]
        return catboost.Pool(
            self._table(X, texts),
            y,
            weight=weight,
            cat_features=list(self.categorical) or None,
            text_features=list(range(n_columns, n_columns + len(texts))) or None,
            thread_count=self.n_jobs,
        )

    def _table(self, X: Any, texts: Sequence[list[str]]) -> Any:
        """Return the rows with categories as integers, as CatBoost requires."""
        if sparse.issparse(X):
            return as_matrix(X)
        X = np.asarray(X, dtype=np.float32)
        if not self.categorical and not texts:
            return np.ascontiguousarray(X)
        codes = {
            i: np.where(np.isnan(X[:, i]), _MISSING, X[:, i]).astype(np.int32)
            for i in self.categorical
        }
        columns = [codes.get(i, X[:, i]) for i in range(X.shape[1])]
        return pd.DataFrame(dict(enumerate([*columns, *texts])))

    def _base_scores(self, train: Rows) -> NDArray[np.float64]:
        if not is_classifier(self):
            return np.zeros(1)
        counts = np.bincount(train.y, weights=train.weight, minlength=max(self._n_scores, 2))
        scores: NDArray[np.float64] = np.log(np.maximum(counts, 1e-12))
        return scores if self._n_scores > 1 else scores[1:] - scores[:1]

    def _all_parameters(self, n_rounds: int) -> dict[str, Any]:
        words = word_features(classification=is_classifier(self)) if self._texts else {}
        loss = {0: "RMSE", 1: "Logloss"}.get(self._n_scores * is_classifier(self), "MultiClass")
        return {
            "loss_function": loss,
            **(self.parameters or {}),
            **words,
            "iterations": n_rounds,
            "random_seed": self.random_state,
            "thread_count": self.n_jobs,
            "use_best_model": False,
            "allow_writing_files": False,
            "logging_level": "Silent",
        }

    def _serialise(self) -> bytes:
        if self._texts:
            return self._serialise_with_texts()
        booster = self._trees
        # Only symmetric trees can be removed; otherwise a pickle also holds the unused trees.
        shrinkable = (self.parameters or {}).get("grow_policy", _SYMMETRIC) == _SYMMETRIC
        if shrinkable and self.n_iterations_ < booster.tree_count_:
            booster = booster.copy()
            booster.shrink(ntree_end=self.n_iterations_)
        # CatBoost's own pickle would also hold data that only training needs.
        serialised: bytes = booster._serialize_model()
        return serialised

    def _serialise_with_texts(self) -> bytes:
        """Return the model serialised only once: CatBoost 1.2 crashes when texts are rewritten."""
        if self._serialised_with_texts is None:
            self._serialised_with_texts = self._trees._serialize_model()
        return self._serialised_with_texts

    def __getstate__(self) -> Any:
        state = super().__getstate__()
        state.pop("_serialised_with_texts", None)
        return state

    def _deserialise(self, model: bytes) -> Any:
        if self._texts:
            self._serialised_with_texts = model
        return catboost.CatBoost().load_model(blob=model)


class StagedCatBoostClassifier(BoostedClassifierMixin, _StagedCatBoost):
    """CatBoost classifier."""


class StagedCatBoostRegressor(BoostedRegressorMixin, _StagedCatBoost):
    """CatBoost regressor."""


def _varies(X: Any) -> bool:
    """Whether any numeric column has two values, where missing counts as a value."""
    X = X.numbers if isinstance(X, MixedTable) else X
    if sparse.issparse(X):
        return bool((X.max(axis=0) - X.min(axis=0)).nnz)
    first = X[:1]
    return bool(((first != X) & ~(np.isnan(X) & np.isnan(first))).any())
