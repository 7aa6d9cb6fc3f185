"""XGBoost as estimators whose predictions after fewer rounds can be had."""

from __future__ import annotations

from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.base import is_classifier

from autoskl.components.learners.boosted_outputs import BoostedClasses, BoostedValues
from autoskl.components.learners.boosting_rounds import (
    Boosted,
    Rows,
    Watch,
    matrix,
    patience_of,
    rounds_to_keep,
)
from autoskl.components.learners.staged_boosting import StagedBoosting

_SURE = 1e-6
"""Base rates of two classes stay this far from 0 and 1."""


class _StagedXGBoost(StagedBoosting):
    """What classifier and regressor share; parameters and attributes as in `StagedBoosting`."""

    def _boost(
        self, train: Rows, watched: Rows | None, n_rounds: int, deadline: float | None
    ) -> Boosted:
        own = self._all_parameters(train)
        # Binned from the start: the values themselves are never held.
        data = xgboost.QuantileDMatrix(
            matrix(train.X),
            train.y,
            weight=train.weight,
            max_bin=own.get("max_bin", 256),
            **self._columns(train.X),
        )
        held_out = None if watched is None else self._rows(watched.X)
        booster = xgboost.Booster(own, [data] if held_out is None else [data, held_out])
        asked = rounds_to_keep(watched, self._n_scores, n_rounds)
        watch = Watch(patience_of(train.X.shape[0], deadline), deadline)
        trace: dict[int, NDArray[Any]] = {}
        for number in range(1, n_rounds + 1):
            booster.update(data, number - 1)
            loss = None
            if watched is not None:
                # The library keeps the sums of these rows: only the new trees are asked.
                scores = booster.predict(held_out, output_margin=True)
                loss = self._loss(scores, watched)
                if number in asked:
                    trace[number] = scores
            if not watch.goes_on(number, loss):
                break
            watch.forget(trace)
        booster.reset()
        rounds = booster.num_boosted_rounds()
        return Boosted(booster, rounds, watch.best_round or rounds, trace, watch.out_of_time)

    def _stage_scores(
        self, rows: Any, start: int, upto: int, before: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        # Sums are in single precision; only those from the first tree on are always the same.
        scores = self._trees.predict(rows, output_margin=True, iteration_range=(0, upto))
        return self._as_columns(scores)

    def _rows(self, X: Any) -> Any:
        return xgboost.DMatrix(matrix(X), **self._columns(X))

    def _kept(self, kept: NDArray[Any]) -> NDArray[np.float64]:
        return self._link(self._as_columns(kept))

    def _as_columns(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray(scores, dtype=np.float64).reshape(-1, self._n_scores)

    def _columns(self, X: Any) -> dict[str, Any]:
        """Return how the library reads columns: as numbers, or as codes of categories."""
        if not self.categorical:
            return {"nthread": self.n_jobs}
        kinds = ["q"] * X.shape[1]
        for i in self.categorical:
            kinds[i] = "c"
        return {"nthread": self.n_jobs, "feature_types": kinds, "enable_categorical": True}

    def _loss(self, scores: NDArray[Any], watched: Rows) -> float:
        if not is_classifier(self):
            errors = scores - watched.y
            absolute = "absolute" in (self.parameters or {}).get("objective", "")
            losses = np.abs(errors) if absolute else errors**2
        elif self._n_scores == 1:
            losses = np.logaddexp(0.0, np.where(watched.y == 1, -scores, scores))
        else:
            losses = -log_softmax(scores, axis=1)[np.arange(len(watched.y)), watched.y]
        return float(np.average(losses, weights=watched.weight))

    def _all_parameters(self, train: Rows) -> dict[str, Any]:
        return {
            "objective": "reg:squarederror",
            **(self.parameters or {}),
            **self._classes(train),
            "tree_method": "hist",
            "seed": self.random_state,
            "nthread": self.n_jobs,
            "verbosity": 0,
        }

    def _classes(self, train: Rows) -> dict[str, Any]:
        if not is_classifier(self):
            return {"base_score": 0.0}
        if self._n_scores > 1:
            return {"objective": "multi:softprob", "num_class": self._n_scores}
        rate = float(np.clip(np.average(train.y, weights=train.weight), _SURE, 1 - _SURE))
        return {"objective": "binary:logistic", "base_score": rate}

    def _written(self) -> bytes:
        return bytes(self._trees[: self.n_iterations_].save_raw("ubj"))

    def _read(self, model: bytes) -> Any:
        booster = xgboost.Booster({"nthread": self.n_jobs})
        booster.load_model(bytearray(model))
        return booster


class StagedXGBoostClassifier(BoostedClasses, _StagedXGBoost):
    """XGBoost for classes."""


class StagedXGBoostRegressor(BoostedValues, _StagedXGBoost):
    """XGBoost for values."""
