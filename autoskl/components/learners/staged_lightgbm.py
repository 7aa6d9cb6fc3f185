"""LightGBM as estimators whose predictions after fewer rounds can be had."""

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

_CACHED_LEAVES = 8_000
"""Of all trees that are asked for at once; many more, and each row would fetch them anew."""

_MOST_CALLS = 16
"""Of the library for one prediction; each reads the rows anew, in the time of some trees."""

_OPEN_FILES = "/proc/self/fd"
_MEMORY_FILES = hasattr(os, "memfd_create") and os.path.isdir(_OPEN_FILES)


class _Booster(lightgbm.Booster):  # type: ignore[misc]
    """A booster that threads ask for different rounds, one at a time.

    The library notes in the booster itself which rounds are to predict.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.turn = Lock()


class _StagedLightGBM(StagedBoosting):
    """What classifier and regressor share; parameters and attributes as in `StagedBoosting`."""

    def _boost(
        self, train: Rows, watched: Rows | None, n_rounds: int, deadline: float | None
    ) -> Boosted:
        own = self._all_parameters()
        data = lightgbm.Dataset(
            matrix(train.X),
            train.y,
            weight=train.weight,
            params=own,
            categorical_feature=self.categorical,
        )
        booster = _Booster(own, data)
        if watched is not None:
            held_out = data.create_valid(
                matrix(watched.X), watched.y, weight=watched.weight, params=own
            )
            booster.add_valid(held_out, "held out")
        asked = rounds_to_keep(watched, self._n_scores, n_rounds)
        watch = Watch(patience_of(train.X.shape[0], deadline), deadline)
        trace: dict[int, NDArray[Any]] = {}
        for number in range(1, n_rounds + 1):
            if booster.update():
                # No leaf could be split.
                break
            note = partial(_note, trace, number) if number in asked else None
            loss = None if watched is None else booster.eval_valid(note)[0][2]
            if not watch.goes_on(number, loss):
                break
            watch.forget(trace)
        booster.free_dataset()
        rounds = booster.current_iteration()
        return Boosted(booster, rounds, watch.best_round or rounds, trace, watch.out_of_time)

    def _stage_scores(
        self, rows: Any, start: int, upto: int, before: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        scores, step, booster = before, self._rounds_at_a_time(upto - start), self._trees
        with booster.turn:
            for first in range(start, upto, step):
                raw = booster.predict(
                    rows,
                    start_iteration=first,
                    num_iteration=min(step, upto - first),
                    raw_score=True,
                    num_threads=self.n_jobs,
                )
                scores = scores + np.asarray(raw).reshape(-1, self._n_scores)
        return scores

    def _rounds_at_a_time(self, n_rounds: int) -> int:
        """Return how many rounds have trees that stay in the cache from row to row."""
        leaves = int((self.parameters or {}).get("num_leaves", 31))
        return max(
            1, _CACHED_LEAVES // (leaves * self._n_scores), math.ceil(n_rounds / _MOST_CALLS)
        )

    def _rows(self, X: Any) -> Any:
        return matrix(X)

    def _kept(self, kept: NDArray[Any]) -> NDArray[np.float64]:
        # The trace holds what LightGBM calls a prediction.
        if not is_classifier(self):
            return self._link(kept)
        if self._n_scores > 1:
            return kept.reshape(-1, self._n_scores)
        positive = kept.reshape(-1, 1)
        return np.hstack([1.0 - positive, positive])

    def _objective(self) -> dict[str, Any]:
        if not is_classifier(self):
            # An objective among the parameters, such as the absolute error, is also watched.
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
            "verbosity": -1,
        }

    def _written(self) -> bytes:
        if not _MEMORY_FILES:
            text: str = self._trees.model_to_string(num_iteration=self.n_iterations_)
            return text.encode()
        # `model_to_string` does the work twice where the text is longer than a megabyte.
        with open(os.memfd_create("model"), "rb") as file:
            path = f"{_OPEN_FILES}/{file.fileno()}"
            self._trees.save_model(path, num_iteration=self.n_iterations_)
            return file.read()

    def _read(self, model: bytes) -> Any:
        return _Booster(model_str=model.decode())


class StagedLightGBMClassifier(BoostedClasses, _StagedLightGBM):
    """LightGBM for classes."""


class StagedLightGBMRegressor(BoostedValues, _StagedLightGBM):
    """LightGBM for values."""


def _note(trace: dict[int, NDArray[Any]], number: int, outputs: NDArray[Any], _: Any) -> list[Any]:
    """Keep the outputs of a round, in the guise of a metric, which is how LightGBM tells them.

    It keeps them anyway, and predicting the rows again is dear.
    """
    trace[number] = outputs.copy()
    return []
