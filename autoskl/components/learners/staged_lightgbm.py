"""LightGBM as estimators whose predictions after fewer rounds can be had."""

from __future__ import annotations

import weakref
import zlib
from collections.abc import Mapping
from typing import Any, Self

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from autoskl.components.learners.boosting_rounds import Rows, boost, inner_split, matrix
from autoskl.components.learners.circumstances import OneFit

_FEWEST_ROWS = 50
_ROUNDS_WITHOUT = 100
"""Without held-out rows, so few rows are not split but boosted for that many rounds."""


class _StagedLightGBM(OneFit, BaseEstimator):  # type: ignore[misc]
    """What classifier and regressor share.

    Parameters
    ----------
    parameters : mapping of str to value, default={}
        Parameters of LightGBM, by its own names.
    n_estimators : int, default=2000
        Most rounds.
    categorical : tuple of int, default=()
        Columns that hold category codes.
    random_state : int, default=0
    n_jobs : int, default=1

    Attributes
    ----------
    n_iterations_ : int
        Rounds that `predict` uses.
    best_iteration_ : int
        Round with the least loss on the held-out rows.
    """

    def __init__(
        self,
        parameters: Mapping[str, Any] | None = None,
        n_estimators: int = 2000,
        categorical: tuple[int, ...] = (),
        random_state: int = 0,
        n_jobs: int = 1,
    ) -> None:
        self.parameters = parameters
        self.n_estimators = n_estimators
        self.categorical = categorical
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        validation: tuple[Any, Any, Any] | None = None,
    ) -> Self:
        """Boost until the loss on other rows has not fallen for long.

        Parameters
        ----------
        X : array or sparse array of shape (n_rows, n_columns)
        y, sample_weight : ndarray of shape (n_rows,)
        validation : (X, y, sample_weight) or None
            Held-out rows. All rounds are kept, and it is for the caller to `truncate`. Without
            them a part of the rows is set aside, and the best round on it is the last one.
        """
        deadline, _ = self._take_circumstances()
        self.n_features_in_ = X.shape[1]
        train = Rows(X, self._learn_target(y, sample_weight), sample_weight)
        n_rounds, watched = self.n_estimators, self._watched(validation)
        if self._n_scores == 0:
            self.n_iterations_ = self.best_iteration_ = 1
            return self
        splits = validation is None and len(train.y) >= _FEWEST_ROWS
        if splits:
            kept, aside = inner_split(len(train.y), self.random_state)
            train, watched = train[kept], train[aside]
        elif validation is None:
            n_rounds = min(n_rounds, _ROUNDS_WITHOUT)
        boosted = boost(
            self._all_parameters(),
            train,
            watched,
            categorical=self.categorical,
            n_rounds=n_rounds,
            deadline=deadline,
        )
        self._booster = boosted.booster
        rounds = self._booster.current_iteration()
        self.best_iteration_ = max(min(boosted.best_round, rounds), 1)
        self.n_iterations_ = self.best_iteration_ if splits else max(rounds, 1)
        if validation is not None and watched is not None and len(watched.y) == len(validation[1]):
            self._held_out = (weakref.ref(validation[0]), boosted.trace)
        return self

    def staged_outputs(self, X: Any, checkpoints: tuple[int, ...]) -> NDArray[np.float64]:
        """Predict after each number of rounds, for the price of the last.

        Parameters
        ----------
        X : array or sparse array of shape (n_rows, n_columns)
        checkpoints : tuple of int
            Rising; beyond `n_iterations_` nothing changes.

        Returns
        -------
        ndarray of shape (n_checkpoints, n_rows, n_classes or 1)
        """
        check_is_fitted(self)
        if self._n_scores == 0:
            return np.ones((len(checkpoints), X.shape[0], 1))
        known = self._known(X)
        scores = np.zeros((X.shape[0], self._n_scores))
        stages, done = [], 0
        rows = matrix(X)
        for checkpoint in checkpoints:
            upto = min(checkpoint, self.n_iterations_)
            if upto in known:
                stages.append(self._from_native(known[upto]))
                continue
            if upto > done:
                scores = scores + self._scores(rows, done, upto - done)
                done = upto
            stages.append(self._link(scores))
        return np.stack(stages)

    def truncate(self, iterations: int) -> None:
        """Use the first rounds only; a pickle holds no others."""
        self.n_iterations_ = max(1, min(iterations, self.n_iterations_))

    def _known(self, X: Any) -> dict[int, NDArray[Any]]:
        """Return what the fit has already predicted, by rounds, if these are the held-out rows."""
        reference, trace = getattr(self, "_held_out", (lambda: None, {}))
        return trace if reference() is X else {}

    def _outputs(self, X: Any) -> NDArray[np.float64]:
        check_is_fitted(self)
        outputs: NDArray[np.float64] = self.staged_outputs(X, (self.n_iterations_,))[0]
        return outputs

    def _scores(self, rows: Any, start: int, count: int) -> NDArray[np.float64]:
        raw = self._trees.predict(
            rows,
            start_iteration=start,
            num_iteration=count,
            raw_score=True,
            num_threads=self.n_jobs,
        )
        scores: NDArray[np.float64] = np.asarray(raw).reshape(-1, self._n_scores)
        return scores

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

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "n_iterations_")

    @property
    def _trees(self) -> lightgbm.Booster:
        """The booster. One that was unpickled is parsed when it is first needed.

        So an ensemble is there at once, however many trees it has.
        """
        packed = getattr(self, "_packed", None)
        if packed is not None:
            self._booster = lightgbm.Booster(model_str=zlib.decompress(packed[1]).decode())
            self.__dict__.pop("_packed", None)  # another thread may have been as quick
        return self._booster

    def __getstate__(self) -> Any:
        state = super().__getstate__()
        state.pop("_held_out", None)
        rounds, _ = state.get("_packed", (0, b""))
        if self.__sklearn_is_fitted__() and self._n_scores and rounds != self.n_iterations_:
            text = self._trees.model_to_string(num_iteration=self.n_iterations_)
            state["_packed"] = (self.n_iterations_, zlib.compress(text.encode(), 1))
        state.pop("_booster", None)
        return state


class StagedLightGBMClassifier(ClassifierMixin, _StagedLightGBM):  # type: ignore[misc]
    """LightGBM for classes: log loss."""

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        return self._outputs(X)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the likeliest class of each row."""
        classes: NDArray[Any] = self.classes_[self._outputs(X).argmax(axis=1)]
        return classes

    def _learn_target(self, y: Any, weight: Any) -> NDArray[Any]:
        self.classes_, codes = np.unique(y, return_inverse=True)
        # One score for two classes; none where there is nothing to tell apart.
        self._n_scores = {1: 0, 2: 1}.get(len(self.classes_), len(self.classes_))
        return codes

    def _watched(self, validation: tuple[Any, Any, Any] | None) -> Rows | None:
        """Held-out rows of the classes that were fitted; the loss of others is not defined."""
        if validation is None:
            return None
        X, y, weight = validation
        known = np.isin(y, self.classes_) & (True if weight is None else weight > 0)
        if not known.any():
            return None
        rows = slice(None) if known.all() else np.flatnonzero(known)
        return Rows(X, np.searchsorted(self.classes_, y), weight)[rows]

    def _objective(self) -> dict[str, Any]:
        if self._n_scores == 1:
            return {"objective": "binary", "metric": "binary_logloss"}
        return {
            "objective": "multiclass",
            "metric": "multi_logloss",
            "num_class": self._n_scores,
        }

    def _link(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        if self._n_scores == 1:
            return self._from_native(expit(scores))
        probabilities: NDArray[np.float64] = softmax(scores, axis=1)
        return probabilities

    def _from_native(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        """Return probabilities of all classes from what LightGBM calls a prediction."""
        if self._n_scores > 1:
            return outputs.reshape(-1, self._n_scores)
        positive = outputs.reshape(-1, 1)
        return np.hstack([1.0 - positive, positive])


class StagedLightGBMRegressor(RegressorMixin, _StagedLightGBM):  # type: ignore[misc]
    """LightGBM for values, on the standardised target: LightGBM keeps it in single precision."""

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the values of the rows."""
        return self._outputs(X)[:, 0]

    def _learn_target(self, y: Any, weight: Any) -> NDArray[Any]:
        y = np.asarray(y, dtype=np.float64)
        self._n_scores = 1
        self._mean = float(np.average(y, weights=weight))
        self._scale = float(np.sqrt(np.average((y - self._mean) ** 2, weights=weight))) or 1.0
        standardised: NDArray[Any] = (y - self._mean) / self._scale
        return standardised

    def _watched(self, validation: tuple[Any, Any, Any] | None) -> Rows | None:
        if validation is None:
            return None
        X, y, weight = validation
        if weight is not None and not np.any(weight > 0):
            return None
        return Rows(X, (np.asarray(y, dtype=np.float64) - self._mean) / self._scale, weight)

    def _objective(self) -> dict[str, Any]:
        # An objective among the parameters, such as the absolute error, is also what is watched.
        objective = (self.parameters or {}).get("objective", "l2")
        return {"objective": objective, "metric": objective}

    def _link(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._from_native(scores)

    def _from_native(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        values: NDArray[np.float64] = outputs.reshape(-1, 1) * self._scale + self._mean
        return values
