"""Boosted trees of any library as estimators whose predictions after fewer rounds can be had."""

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

from autoskl.components.learners.boosting_rounds import Boosted, Rows, inner_split
from autoskl.components.learners.deadlines import OneFit

_FEWEST_ROWS = 50
_ROUNDS_WITHOUT = 100
"""Without held-out rows, so few rows are not split but boosted for that many rounds."""


_for_one_reader: ContextVar[bool] = ContextVar("for_one_reader", default=False)


@contextmanager
def pickled_for_one_reader() -> Iterator[None]:
    """Let boosted trees be pickled as they are written: packing them takes as long again.

    For files of fitted models, few of which are ever read.
    """
    token = _for_one_reader.set(True)
    try:
        yield
    finally:
        _for_one_reader.reset(token)


class _Packed(NamedTuple):
    """The model of the first rounds, as the library writes it."""

    rounds: int
    data: bytes
    is_compressed: bool = False

    def written(self) -> bytes:
        return zlib.decompress(self.data) if self.is_compressed else self.data

    def compressed(self) -> _Packed:
        """Return the same model in fewer bytes."""
        if self.is_compressed:
            return self
        return _Packed(self.rounds, zlib.compress(self.data, 1), is_compressed=True)


class StagedBoosting(OneFit, BaseEstimator):  # type: ignore[misc]
    """What the libraries share; a subclass for each boosts, predicts, and writes its model.

    Parameters
    ----------
    parameters : mapping of str to value, default={}
        Parameters of the library, by its own names.
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
    out_of_time_ : bool
        Whether the deadline ended the training.
    """

    _n_scores: int
    """Scores of a row: one for values and two classes, 0 where there is nothing to learn."""

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
    def _boost(
        self, train: Rows, watched: Rows | None, n_rounds: int, deadline: float | None
    ) -> Boosted:
        """Boost until the loss on the watched rows has not fallen for long."""

    @abstractmethod
    def _stage_scores(
        self, rows: Any, start: int, upto: int, before: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return scores (n_rows, n_scores) after ``upto`` rounds.

        Parameters
        ----------
        rows : object
            What `_rows` returned.
        start, upto : int
        before : ndarray of shape (n_rows, n_scores)
            Scores after ``start`` rounds.
        """

    @abstractmethod
    def _rows(self, X: Any) -> Any:
        """Return rows as the library reads them for predictions."""

    @abstractmethod
    def _written(self) -> bytes:
        """Return the model of the first `n_iterations_` rounds."""

    @abstractmethod
    def _read(self, model: bytes) -> Any:
        """Return the library's booster."""

    @abstractmethod
    def _learn_target(self, y: Any, weight: Any) -> NDArray[Any]:
        """Return the target as the library needs it, and set the number of scores."""

    @abstractmethod
    def _watched(self, validation: tuple[Any, Any, Any] | None) -> Rows | None:
        """Return the held-out rows whose loss is defined."""

    @abstractmethod
    def _link(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return outputs (n_rows, n_outputs) from scores."""

    def _kept(self, kept: NDArray[Any]) -> NDArray[np.float64]:
        """Return outputs from what the trace of a fit holds."""
        return self._link(kept)

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
            self.out_of_time_ = False
            return self
        splits = validation is None and len(train.y) >= _FEWEST_ROWS
        if splits:
            kept, aside = inner_split(len(train.y), self.random_state)
            train, watched = train[kept], train[aside]
        elif validation is None:
            n_rounds = min(n_rounds, _ROUNDS_WITHOUT)
        boosted = self._boost(train, watched, n_rounds, deadline)
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
        stages, done, rows = [], 0, None
        for checkpoint in checkpoints:
            upto = min(checkpoint, self.n_iterations_)
            if upto in known:
                stages.append(self._kept(known[upto]))
                continue
            if upto > done:
                rows = self._rows(X) if rows is None else rows
                scores = self._stage_scores(rows, done, upto, scores)
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

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "n_iterations_")

    @property
    def _trees(self) -> Any:
        """The booster. One that was unpickled is read when it is first needed.

        So an ensemble is there at once, however many trees it has.
        """
        packed = getattr(self, "_packed", None)
        if packed is not None:
            self._booster = self._read(packed.written())
            self.__dict__.pop("_packed", None)  # another thread may have been as quick
        return self.__dict__.get("_booster")

    def __getstate__(self) -> Any:
        state = super().__getstate__()
        state.pop("_held_out", None)
        packed: _Packed | None = state.get("_packed")
        rounds = getattr(self, "n_iterations_", 0)
        if (packed is None or packed.rounds != rounds) and self._trees is not None:
            packed = _Packed(rounds, self._written())
        if packed is not None:
            state["_packed"] = packed if _for_one_reader.get() else packed.compressed()
        state.pop("_booster", None)
        return state
