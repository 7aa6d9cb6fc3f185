"""Base class of boosted trees that can predict with any number of their rounds."""

from __future__ import annotations

import weakref
import zlib
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.deadlines import DeadlineMixin
from autoskl.components.predictors.boosted_trees.early_stopping import (
    BoostingResult,
    Rows,
    inner_split,
)
from autoskl.components.predictors.boosted_trees.learning_rate import BudgetAwareLearningRate
from autoskl.components.predictors.boosted_trees.schedule import Schedule

_MIN_ROWS = 50
_ROUNDS_WITHOUT_VALIDATION = 100
"""Without held-out rows, fewer than `_MIN_ROWS` rows are not split but boosted this many rounds."""


_skip_compression: ContextVar[bool] = ContextVar("skip_compression", default=False)


@contextmanager
def uncompressed_pickles() -> Iterator[None]:
    """Pickle boosted trees without compression, which takes as long as serialising them.

    For files of fitted models, few of which are ever read.
    """
    token = _skip_compression.set(True)
    try:
        yield
    finally:
        _skip_compression.reset(token)


class _Packed(NamedTuple):
    """The model of the first rounds, serialised by the library."""

    rounds: int
    data: bytes
    is_compressed: bool = False

    def content(self) -> bytes:
        return zlib.decompress(self.data) if self.is_compressed else self.data

    def compress(self) -> _Packed:
        """Return the same model, compressed."""
        if self.is_compressed:
            return self
        return _Packed(self.rounds, zlib.compress(self.data, 1), is_compressed=True)


class StagedBoosting(DeadlineMixin, BaseEstimator):  # type: ignore[misc]
    """Base of the libraries' estimators; subclasses boost, predict and serialise the model.

    Parameters
    ----------
    parameters : mapping of str to value, default={}
        Parameters of the library, by its own names.
    n_estimators : int, default=2000
        Maximum number of rounds.
    categorical : tuple of int, default=()
        Columns that hold category codes.
    random_state : int, default=0
    n_jobs : int, default=1

    Attributes
    ----------
    n_iterations_ : int
        Number of rounds that `predict` uses.
    best_iteration_ : int
        Round with the lowest loss on the held-out rows.
    out_of_time_ : bool
        Whether the deadline ended the training.
    """

    _n_scores: int
    """Scores per row: 1 for regression and two classes, 0 for a single class."""

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

    @abstractmethod
    def _boost(self, train: Rows, watched: Rows | None, schedule: Schedule) -> BoostingResult:
        """Boost until the loss on the validation rows stops improving.

        Parameters
        ----------
        train : Rows
        watched : Rows or None
            Validation rows.
        schedule : Schedule
        """

    @abstractmethod
    def _stage_scores(
        self, rows: Any, start: int, stop: int, previous: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return scores (n_rows, n_scores) after ``stop`` rounds.

        Parameters
        ----------
        rows : object
            Result of `_rows`.
        start, stop : int
        previous : ndarray of shape (n_rows, n_scores)
            Scores after ``start`` rounds.
        """

    @abstractmethod
    def _rows(self, X: Any) -> Any:
        """Return the rows in the format that the library predicts from."""

    @abstractmethod
    def _serialise(self) -> bytes:
        """Return the model of the first `n_iterations_` rounds."""

    @abstractmethod
    def _deserialise(self, model: bytes) -> Any:
        """Return the library's booster."""

    @abstractmethod
    def _encode_target(self, y: Any, weight: Any) -> NDArray[Any]:
        """Return the target in the library's format, and set the number of scores."""

    @abstractmethod
    def _watched(self, validation: tuple[Any, Any, Any] | None) -> Rows | None:
        """Return the validation rows whose loss is defined."""

    @abstractmethod
    def _link(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return outputs (n_rows, n_outputs) from scores."""

    def _traced_outputs(self, traced: NDArray[Any]) -> NDArray[np.float64]:
        """Return outputs from an entry of the trace of a fit."""
        return self._link(traced)

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        validation: tuple[Any, Any, Any] | None = None,
    ) -> Self:
        """Boost until the loss on validation rows stops improving.

        Parameters
        ----------
        X : array or sparse array of shape (n_rows, n_columns)
        y, sample_weight : ndarray of shape (n_rows,)
        validation : (X, y, sample_weight) or None
            Held-out rows. All rounds are kept, and the caller may `truncate`. Without them, part
            of the rows is held out, and only the rounds up to the best one are used.
        """
        deadline, _, is_sole_fold = self._pop_fit_context()
        self.n_features_in_ = X.shape[1]
        train = Rows(X, self._encode_target(y, sample_weight), sample_weight)
        n_rounds, watched = self.n_estimators, self._watched(validation)
        if self._n_scores == 0:
            self.n_iterations_ = self.best_iteration_ = 1
            self.out_of_time_ = False
            return self
        splits = validation is None and len(train.y) >= _MIN_ROWS
        if splits:
            fitted, held_out = inner_split(len(train.y), self.random_state)
            train, watched = train[fitted], train[held_out]
        elif validation is None:
            n_rounds = min(n_rounds, _ROUNDS_WITHOUT_VALIDATION)
        rate = self._learning_rate(len(train.y), deadline if is_sole_fold else None)
        boosted = self._boost(train, watched, Schedule(n_rounds, deadline, rate))
        self._booster = boosted.booster
        self.__dict__.pop("_packed", None)
        self.out_of_time_ = boosted.out_of_time
        self.best_iteration_ = max(min(boosted.best_round, boosted.n_rounds), 1)
        self.n_iterations_ = self.best_iteration_ if splits else max(boosted.n_rounds, 1)
        if validation is not None and watched is not None and len(watched.y) == len(validation[1]):
            self._held_out = (weakref.ref(validation[0]), boosted.trace)
        return self

    def staged_outputs(self, X: Any, checkpoints: tuple[int, ...]) -> NDArray[np.float64]:
        """Predict after each number of rounds.

        Parameters
        ----------
        X : array or sparse array of shape (n_rows, n_columns)
        checkpoints : tuple of int
            In ascending order; beyond `n_iterations_` predictions do not change.

        Returns
        -------
        ndarray of shape (n_checkpoints, n_rows, n_classes or 1)
        """
        check_is_fitted(self)
        if self._n_scores == 0:
            return np.ones((len(checkpoints), X.shape[0], 1))
        known = self._known(X)
        scores = np.zeros((X.shape[0], self._n_scores))
        stages, done, rows = [], 0, None
        for checkpoint in checkpoints:
            stop = min(checkpoint, self.n_iterations_)
            if stop in known:
                stages.append(self._traced_outputs(known[stop]))
                continue
            if stop > done:
                rows = self._rows(X) if rows is None else rows
                scores = self._stage_scores(rows, done, stop, scores)
                done = stop
            stages.append(self._link(scores))
        return np.stack(stages)

    def truncate(self, iterations: int) -> None:
        """Use only the first rounds, in place; a pickle holds no others."""
        self.n_iterations_ = max(1, min(iterations, self.n_iterations_))

    def _learning_rate(self, n_rows: int, deadline: float | None) -> BudgetAwareLearningRate:
        own = (self.parameters or {}).get("learning_rate")
        return BudgetAwareLearningRate(own or 1.0, n_rows, None if own is None else deadline)

    def _known(self, X: Any) -> dict[int, NDArray[Any]]:
        """Return the trace of the fit by round if X is its validation data, else nothing."""
        reference, trace = getattr(self, "_held_out", (lambda: None, {}))
        return trace if reference() is X else {}

    def _outputs(self, X: Any) -> NDArray[np.float64]:
        check_is_fitted(self)
        outputs: NDArray[np.float64] = self.staged_outputs(X, (self.n_iterations_,))[0]
        return outputs

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "n_iterations_")

    @property
    def _trees(self) -> Any:
        """The booster, which is deserialised on first use.

        Loading an ensemble is therefore fast, however many trees it has.
        """
        packed = getattr(self, "_packed", None)
        if packed is not None:
            self._booster = self._deserialise(packed.content())
            self.__dict__.pop("_packed", None)  # another thread may already have
        return self.__dict__.get("_booster")

    def __getstate__(self) -> Any:
        state = super().__getstate__()
        state.pop("_held_out", None)
        packed: _Packed | None = state.get("_packed")
        rounds = getattr(self, "n_iterations_", 0)
        if (packed is None or packed.rounds != rounds) and self._trees is not None:
            packed = _Packed(rounds, self._serialise())
        if packed is not None:
            state["_packed"] = packed if _skip_compression.get() else packed.compress()
        state.pop("_booster", None)
        return state
