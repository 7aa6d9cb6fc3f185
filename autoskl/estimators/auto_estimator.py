"""What `AutoClassifier` and `AutoRegressor` share: from parameters to a search, and back."""

from __future__ import annotations

import logging
import sys
import time
import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from autoskl.core.errors import TrialFailureWarning
from autoskl.core.events import Listener
from autoskl.core.result import FloatArray
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.estimators.columns import check_columns
from autoskl.estimators.log import log_event, logger
from autoskl.estimators.parameters import (
    check_selection,
    check_space,
    resolve_device,
    resolve_directory,
    resolve_memory,
    resolve_n_jobs,
    resolve_seed,
    resolve_store,
    resolve_trial_time_limit,
)
from autoskl.estimators.progress import ProgressLine
from autoskl.estimators.training_data import TrainingData, like_passed, training_data
from autoskl.execution.resources import inside_joblib_worker
from autoskl.tables.encoder import RawTableEncoder

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from autoskl.search.result import SearchResult
    from autoskl.search.settings import Settings


class AutoEstimator(BaseEstimator):  # type: ignore[misc]
    """Fit by search, predict by ensemble; subclasses say what a target is."""

    def _fit(
        self,
        X: Any,
        y: Any,
        codes: NDArray[Any],
        *,
        started: float,
        task: Task,
        classes: NDArray[Any] | None,
        sample_weight: Any,
        class_weights: NDArray[np.float64] | None,
        groups: Any,
    ) -> Self:
        """Search on an encoded target.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            As the user passed it.
        codes : ndarray of shape (n_samples,)
            Class codes, or float targets.
        started : float
            Moment of `time.monotonic` at which ``fit`` was called.
        task : Task
        classes : ndarray of shape (n_classes,) or None
        sample_weight, class_weights, groups : array-like of shape (n_samples,) or None
        """
        from autoskl.search.search import run_search

        data = training_data(
            X,
            codes,
            task=task,
            n_classes=1 if classes is None else len(classes),
            encoder=RawTableEncoder(categorical_features=self.categorical_features),
            shown_y=like_passed(codes if classes is None else classes[codes], y),
            sample_weight=sample_weight,
            class_weights=class_weights,
            groups=groups,
        )
        settings = self._settings(task, started, classes)
        result = run_search(settings, data.hand_over(), data.source)
        # Not before: after a fit that fails the former model is as it was.
        if classes is not None:
            self.classes_ = classes
        self._keep(result, data)
        return self

    def _check_allowance(self) -> None:
        if self.time_limit is None and self.n_trials is None:
            raise ValueError(
                "time_limit and n_trials are both None, so that fit would never end. "
                "Set one of them."
            )

    def _settings(self, task: Task, started: float, classes: NDArray[Any] | None) -> Settings:
        from autoskl.search.settings import Settings

        metric = resolve_scoring(self.scoring, task, classes)
        return Settings(
            metric=metric,
            started=started,
            time_limit=None if self.time_limit is None else float(self.time_limit),
            n_trials=self.n_trials,
            patience=self.patience,
            trial_time_limit=resolve_trial_time_limit(self.trial_time_limit),
            memory_limit=resolve_memory(self.memory_limit),
            memory_is_given=self.memory_limit not in (None, "auto"),
            cv=self.cv,
            n_jobs=resolve_n_jobs(self.n_jobs),
            device=resolve_device(self.device),
            seed=resolve_seed(self.random_state),
            seed_is_given=self.random_state is not None,
            run_directory=resolve_directory(self.run_directory),
            store=resolve_store(self.store),
            warm_start=self.warm_start,
            include=check_selection(self.include, "include"),
            exclude=check_selection(self.exclude, "exclude"),
            search_space=check_space(self.search_space, self.include, self.exclude),
            search=self.search,
            ensemble_size=self.ensemble_size,
            raise_interrupt=inside_joblib_worker(),
            listeners=self._listeners(),
        )

    def _listeners(self) -> tuple[Listener, ...]:
        # A process may have no stderr at all.
        has_line = bool(self.verbose) and sys.stderr is not None
        shown: tuple[Listener, ...] = (ProgressLine(),) if has_line else ()
        return (*shown, log_event) if logger.isEnabledFor(logging.INFO) else shown

    def _keep(self, result: SearchResult, data: TrainingData) -> None:
        """Set the fitted attributes and tell of failed trials, once."""
        self._encoder = data.encoder
        self._n_outputs = result.n_outputs
        self.n_features_in_ = data.encoder.n_features_in_
        if hasattr(data.encoder, "feature_names_in_"):
            self.feature_names_in_ = data.encoder.feature_names_in_
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        self.ensemble_ = result.ensemble
        self.best_score_ = result.score
        self.history_ = result.history
        self.leaderboard_ = result.leaderboard
        self.failures_ = result.failures
        self.cv_results_ = result.cv_results
        self.space_ = result.space
        if result.history.n_failed:
            warnings.warn(
                f"Some fits failed: {result.failure_summary}. The ensemble consists of the "
                "others; the attribute failures_ has the reasons.",
                TrialFailureWarning,
                stacklevel=4,
            )

    def to_sklearn(self) -> Pipeline:
        """Return the ensemble as a fitted pipeline of scikit-learn.

        Its steps are the encoder of tables and a `VotingClassifier` or `VotingRegressor` of all
        fold models. It predicts what this estimator predicts, and holds neither the history nor
        anything else of the search. Its parts are frozen: ``fit`` leaves them as they are. A pickle
        of it needs autoskl where it is loaded.

        Returns
        -------
        sklearn.pipeline.Pipeline

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before ``fit``.
        """
        from autoskl.ensembles.export import to_sklearn

        check_is_fitted(self, "ensemble_")
        return to_sklearn(self._encoder, self.ensemble_, getattr(self, "classes_", None))

    def _outputs(self, X: Any) -> FloatArray:
        """Return probabilities (n_samples, n_classes) or values (n_samples, 1)."""
        check_is_fitted(self, "ensemble_")
        check_columns(self, self._encoder, X)
        encoded = self._encoder.transform(X)
        if encoded.shape[0] == 0:
            # Most steps of scikit-learn refuse a table without rows.
            return np.empty((0, self._n_outputs))
        outputs: FloatArray = self.ensemble_.predict_outputs(
            encoded, threads=resolve_n_jobs(self.n_jobs)
        )
        return outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        # A clock, unlike a number of trials, stops elsewhere each time.
        tags.non_deterministic = self.time_limit is not None
        return tags


def now() -> float:
    """Moment from which the time limit counts."""
    return time.monotonic()
