"""XGBoost estimators that can predict with any number of their rounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.base import is_classifier

from autoskl.components.predictors.boosted_trees.boosted_outputs import (
    BoostedClassifierMixin,
    BoostedRegressorMixin,
)
from autoskl.components.predictors.boosted_trees.early_stopping import (
    BoostingResult,
    Rows,
    as_matrix,
    rounds_to_keep,
)
from autoskl.components.predictors.boosted_trees.schedule import Schedule
from autoskl.components.predictors.boosted_trees.staged_boosting import StagedBoosting
from autoskl.core.freed_memory import return_freed_memory
from autoskl.core.mapped_pages import is_large_mapping, released_blocks

_MIN_BASE_RATE = 1e-6
"""Base rates of two classes are kept this far from 0 and 1."""


class _Blocks(xgboost.DataIter):  # type: ignore[misc]
    """Passes rows mapped from a file block by block, so that few of them are in memory.

    Parameters
    ----------
    rows : Rows
    kinds : list of str or None
        Type of each column, None if all are numeric.
    """

    def __init__(self, rows: Rows, kinds: list[str] | None) -> None:
        super().__init__()
        self._all = rows
        self._kinds = kinds
        self.reset()

    def reset(self) -> None:
        """Start again; the library reads the rows several times."""
        self._blocks = released_blocks(self._all.X)

    def next(self, input_data: Any) -> bool:
        """Pass the next block and return whether there was one."""
        block = next(self._blocks, None)
        if block is None:
            return False
        rows = self._all[block]
        input_data(data=rows.X, label=rows.y, weight=rows.weight, feature_types=self._kinds)
        return True


class _StagedXGBoost(StagedBoosting):
    """Base of classifier and regressor; parameters and attributes as in `StagedBoosting`."""

    def _boost(self, train: Rows, watched: Rows | None, schedule: Schedule) -> BoostingResult:
        own = self._all_parameters(train)
        data = self._binned(train, own.get("max_bin", 256))
        held_out = None if watched is None else self._rows(watched.X)
        booster = xgboost.Booster(own, [data] if held_out is None else [data, held_out])
        kept = rounds_to_keep(watched, self._n_scores, schedule.n_rounds)
        stopping = schedule.early_stopping(train.X.shape[0])
        trace: dict[int, NDArray[Any]] = {}
        for number in range(1, schedule.n_rounds + 1):
            booster.update(data, number - 1)
            loss = None
            if watched is not None:
                # The library caches the sums of these rows and evaluates only the new trees.
                scores = booster.predict(held_out, output_margin=True)
                loss = self._loss(scores, watched)
                if number in kept:
                    trace[number] = scores
            if not stopping.update(number, loss):
                break
            stopping.discard_early(trace)
            new_rate = schedule.rate.change()
            if new_rate is not None:
                booster.set_param({"learning_rate": new_rate})
        booster.reset()
        rounds = booster.num_boosted_rounds()
        return BoostingResult(
            booster, rounds, stopping.best_round or rounds, trace, stopping.out_of_time
        )

    def _stage_scores(
        self, rows: Any, start: int, stop: int, previous: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        # Sums are in single precision, and reproducible only if they start at the first tree.
        scores = self._trees.predict(rows, output_margin=True, iteration_range=(0, stop))
        return self._as_columns(scores)

    def _binned(self, train: Rows, max_bin: int) -> Any:
        """Bin the rows directly, without a copy of the values."""
        columns = self._columns(train.X)
        if not is_large_mapping(train.X):
            matrix = as_matrix(train.X)
            return xgboost.QuantileDMatrix(
                matrix, train.y, weight=train.weight, max_bin=max_bin, **columns
            )
        kinds = columns.pop("feature_types", None)
        data = xgboost.QuantileDMatrix(_Blocks(train, kinds), max_bin=max_bin, **columns)
        return_freed_memory()  # of the summaries from which bins were derived
        return data

    def _rows(self, X: Any) -> Any:
        return xgboost.DMatrix(as_matrix(X), **self._columns(X))

    def _traced_outputs(self, traced: NDArray[Any]) -> NDArray[np.float64]:
        return self._link(self._as_columns(traced))

    def _as_columns(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray(scores, dtype=np.float64).reshape(-1, self._n_scores)

    def _columns(self, X: Any) -> dict[str, Any]:
        """Return the arguments that tell the library which columns are categorical."""
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
            **self._objective(train),
            "tree_method": "hist",
            "seed": self.random_state,
            "nthread": self.n_jobs,
            "verbosity": 0,
        }

    def _objective(self, train: Rows) -> dict[str, Any]:
        if not is_classifier(self):
            return {"base_score": 0.0}
        if self._n_scores > 1:
            return {"objective": "multi:softprob", "num_class": self._n_scores}
        rate = float(
            np.clip(np.average(train.y, weights=train.weight), _MIN_BASE_RATE, 1 - _MIN_BASE_RATE)
        )
        return {"objective": "binary:logistic", "base_score": rate}

    def _serialise(self) -> bytes:
        return bytes(self._trees[: self.n_iterations_].save_raw("ubj"))

    def _deserialise(self, model: bytes) -> Any:
        booster = xgboost.Booster({"nthread": self.n_jobs})
        booster.load_model(bytearray(model))
        return booster


class StagedXGBoostClassifier(BoostedClassifierMixin, _StagedXGBoost):
    """XGBoost classifier."""


class StagedXGBoostRegressor(BoostedRegressorMixin, _StagedXGBoost):
    """XGBoost regressor."""
