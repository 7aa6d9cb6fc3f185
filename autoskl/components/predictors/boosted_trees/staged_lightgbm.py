"""LightGBM estimators that can predict with any number of their rounds."""

from __future__ import annotations

import math
import os
from functools import partial
from threading import Lock
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
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
from autoskl.core.mapped_pages import copy_rows, is_large_mapping, release_pages, rows_per_block

_CACHED_LEAVES = 8_000
"""Leaves of the trees used in one call; more would not stay in the CPU cache from row to row."""

_MAX_CALLS = 16
"""Maximum number of library calls per prediction, each of which reads the rows again."""

_BINNING_ROWS = 50_000
"""Number of rows from which the library derives bins, of which it has a copy in double precision.

Its default is 200,000; with this many, each of 255 bins has about 200.
"""

_FILE_DESCRIPTORS = "/proc/self/fd"
_HAS_MEMORY_FILES = hasattr(os, "memfd_create") and os.path.isdir(_FILE_DESCRIPTORS)


class _Booster(lightgbm.Booster):  # type: ignore[misc]
    """A booster with a lock for threads that predict with different rounds.

    The library stores the rounds to predict with in the booster itself.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.lock = Lock()


class _Blocks(lightgbm.Sequence):  # type: ignore[misc]
    """Passes rows mapped from a file block by block.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
    """

    def __init__(self, X: NDArray[Any]) -> None:
        self._X = X
        self.batch_size = rows_per_block(X)

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        """Return a block; the one before it has been used."""
        release_pages(self._X)
        return self._X[rows]

    def __len__(self) -> int:
        return len(self._X)


class _StagedLightGBM(StagedBoosting):
    """Base of classifier and regressor; parameters and attributes as in `StagedBoosting`."""

    def _boost(self, train: Rows, watched: Rows | None, schedule: Schedule) -> BoostingResult:
        own = self._all_parameters()
        data = self._binned(train, own)
        booster = _Booster(own, data)
        if watched is not None:
            held_out = data.create_valid(
                as_matrix(watched.X), watched.y, weight=watched.weight, params=own
            )
            booster.add_valid(held_out, "held out")
        kept = rounds_to_keep(watched, self._n_scores, schedule.n_rounds)
        stopping = schedule.early_stopping(train.X.shape[0])
        trace: dict[int, NDArray[Any]] = {}
        for number in range(1, schedule.n_rounds + 1):
            if booster.update():
                break  # no leaf could be split
            record = partial(_record_outputs, trace, number) if number in kept else None
            loss = None if watched is None else booster.eval_valid(record)[0][2]
            if not stopping.update(number, loss):
                break
            stopping.discard_early(trace)
            new_rate = schedule.rate.change()
            if new_rate is not None:
                booster.reset_parameter({"learning_rate": new_rate})
        booster.free_dataset()
        rounds = booster.current_iteration()
        return BoostingResult(
            booster, rounds, stopping.best_round or rounds, trace, stopping.out_of_time
        )

    def _binned(self, train: Rows, own: dict[str, Any]) -> lightgbm.Dataset:
        """Bin the rows, those mapped from a file block by block, so that few are in memory."""
        settings = {"params": own, "categorical_feature": self.categorical}
        if not is_large_mapping(train.X):
            return lightgbm.Dataset(as_matrix(train.X), train.y, weight=train.weight, **settings)
        n_rows = len(train.y)
        rng = np.random.default_rng(self.random_state)
        sample = rng.choice(n_rows, min(n_rows, _BINNING_ROWS), replace=False, shuffle=False)
        sample.sort()
        bins = lightgbm.Dataset(copy_rows(train.X, sample), train.y[sample], **settings)
        bins.construct()
        return lightgbm.Dataset(
            _Blocks(train.X), train.y, weight=train.weight, reference=bins, **settings
        )

    def _stage_scores(
        self, rows: Any, start: int, stop: int, previous: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        scores, step, booster = previous, self._rounds_per_call(stop - start), self._trees
        with booster.lock:
            for first in range(start, stop, step):
                raw = booster.predict(
                    rows,
                    start_iteration=first,
                    num_iteration=min(step, stop - first),
                    raw_score=True,
                    num_threads=self.n_jobs,
                )
                scores = scores + np.asarray(raw).reshape(-1, self._n_scores)
        return scores

    def _rounds_per_call(self, n_rounds: int) -> int:
        """Return how many rounds to predict per call, so that their trees stay in the cache."""
        leaves = int((self.parameters or {}).get("num_leaves", 31))
        return max(1, _CACHED_LEAVES // (leaves * self._n_scores), math.ceil(n_rounds / _MAX_CALLS))

    def _rows(self, X: Any) -> Any:
        return as_matrix(X)

    def _traced_outputs(self, traced: NDArray[Any]) -> NDArray[np.float64]:
        # LightGBM has already applied the link function.
        if not is_classifier(self):
            return self._link(traced)
        if self._n_scores > 1:
            return traced.reshape(-1, self._n_scores)
        positive = traced.reshape(-1, 1)
        return np.hstack([1.0 - positive, positive])

    def _objective(self) -> dict[str, Any]:
        if not is_classifier(self):
            # The objective, for example the absolute error, is also the validation metric.
            objective = (self.parameters or {}).get("objective", "l2")
            return {"objective": objective, "metric": objective}
        if self._n_scores == 1:
            return {"objective": "binary", "metric": "binary_logloss"}
        return {"objective": "multiclass", "metric": "multi_logloss", "num_class": self._n_scores}

    def _all_parameters(self) -> dict[str, Any]:
        return {
            **(self.parameters or {}),
            **self._objective(),
            "seed": self.random_state,
            "num_threads": self.n_jobs,
            "deterministic": True,
            "force_row_wise": True,
            "feature_pre_filter": False,
            "bin_construct_sample_cnt": _BINNING_ROWS,
            "verbosity": -1,
        }

    def _serialise(self) -> bytes:
        if not _HAS_MEMORY_FILES:
            text: str = self._trees.model_to_string(num_iteration=self.n_iterations_)
            return text.encode()
        # `model_to_string` serialises twice if the text exceeds a megabyte.
        with open(os.memfd_create("model"), "rb") as file:
            path = f"{_FILE_DESCRIPTORS}/{file.fileno()}"
            self._trees.save_model(path, num_iteration=self.n_iterations_)
            return file.read()

    def _deserialise(self, model: bytes) -> Any:
        return _Booster(model_str=model.decode())


class StagedLightGBMClassifier(BoostedClassifierMixin, _StagedLightGBM):
    """LightGBM classifier."""


class StagedLightGBMRegressor(BoostedRegressorMixin, _StagedLightGBM):
    """LightGBM regressor."""


def _record_outputs(
    trace: dict[int, NDArray[Any]], number: int, outputs: NDArray[Any], _: Any
) -> list[Any]:
    """Record the outputs of a round; LightGBM passes them to custom metrics, so this poses as one.

    Predicting the rows again would be expensive.
    """
    trace[number] = outputs.copy()
    return []
