"""CatBoost as estimators whose predictions after fewer rounds can be had."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import catboost
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import is_classifier

from autoskl.components.learners.boosted_outputs import BoostedClasses, BoostedValues
from autoskl.components.learners.boosting_rounds import Boosted, Rows, Watch, matrix, patience_of
from autoskl.components.learners.staged_boosting import StagedBoosting
from autoskl.components.learners.text_words import spoken_columns, word_features, words_of
from autoskl.tables.text_table import MixedTable

_EVEN = "SymmetricTree"
_MISSING = -1
"""Code of a missing category, which CatBoost has no other word for."""


class _Stop:
    """Asks a watch after each round whether to go on, in the way CatBoost calls back."""

    def __init__(self, watch: Watch, loss: str) -> None:
        self._watch = watch
        self._loss = loss

    def after_iteration(self, info: Any) -> bool:
        """Return whether another round follows."""
        losses = info.metrics.get("validation", {}).get(self._loss)
        return self._watch.goes_on(info.iteration, losses[-1] if losses else None)


class _StagedCatBoost(StagedBoosting):
    """What classifier and regressor share; parameters and attributes as in `StagedBoosting`.

    CatBoost refuses targets and columns without variation. Then there is no booster, and the
    outputs are frequencies or the mean.
    """

    _model_of_texts: bytes | None = None
    """A model that reads texts, in CatBoost's own format."""

    def _boost(
        self, train: Rows, watched: Rows | None, n_rounds: int, deadline: float | None
    ) -> Boosted:
        self._base, self._model_of_texts = self._base_scores(train), None
        self._texts = spoken_columns(train.X)
        if not (self._texts or _varies(train.X)) or np.all(train.y == train.y[0]):
            return Boosted(None, 1, 1, {})
        own = self._all_parameters(n_rounds)
        watch = Watch(patience_of(train.X.shape[0], deadline), deadline)
        booster = catboost.CatBoost(own)
        booster.fit(
            self._rows(train.X, train.y, train.weight),
            eval_set=None if watched is None else self._rows(watched.X, watched.y, watched.weight),
            callbacks=[_Stop(watch, own["loss_function"])],
        )
        rounds = booster.tree_count_
        return Boosted(booster, rounds, watch.best_round or rounds, {}, watch.out_of_time)

    def _stage_scores(
        self, rows: Any, start: int, upto: int, before: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        if self._trees is None:
            return np.broadcast_to(self._base, before.shape)
        raw = self._trees.predict(
            rows,
            prediction_type="RawFormulaVal",
            ntree_start=start,
            ntree_end=upto,
            thread_count=self.n_jobs,
        )
        scores: NDArray[np.float64] = before + np.asarray(raw).reshape(-1, self._n_scores)
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
        """Return the rows with categories as whole numbers, as which alone CatBoost takes them."""
        if sparse.issparse(X):
            return matrix(X)
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
        words = word_features(classes=is_classifier(self)) if self._texts else {}
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

    def _written(self) -> bytes:
        if self._texts:
            return self._written_once()
        booster = self._trees
        # Only trees of even depth can be cut; of others a pickle holds those beyond the last too.
        cuts = (self.parameters or {}).get("grow_policy", _EVEN) == _EVEN
        if cuts and self.n_iterations_ < booster.tree_count_:
            booster = booster.copy()
            booster.shrink(ntree_end=self.n_iterations_)
        # The model alone. CatBoost's own pickle also holds what only its training needed.
        written: bytes = booster._serialize_model()
        return written

    def _written_once(self) -> bytes:
        """Return the model as it was fitted: CatBoost 1.2 crashes where texts are written again."""
        if self._model_of_texts is None:
            self._model_of_texts = self._trees._serialize_model()
        return self._model_of_texts

    def __getstate__(self) -> Any:
        state = super().__getstate__()
        state.pop("_model_of_texts", None)
        return state

    def _read(self, model: bytes) -> Any:
        if self._texts:
            self._model_of_texts = model
        return catboost.CatBoost().load_model(blob=model)


class StagedCatBoostClassifier(BoostedClasses, _StagedCatBoost):
    """CatBoost for classes."""


class StagedCatBoostRegressor(BoostedValues, _StagedCatBoost):
    """CatBoost for values."""


def _varies(X: Any) -> bool:
    """Whether any column of numbers has two values; a missing one counts as a value."""
    X = X.numbers if isinstance(X, MixedTable) else X
    if sparse.issparse(X):
        return bool((X.max(axis=0) - X.min(axis=0)).nnz)
    first = X[:1]
    return bool(((first != X) & ~(np.isnan(X) & np.isnan(first))).any())
