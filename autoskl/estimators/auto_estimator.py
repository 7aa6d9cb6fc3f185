"""What `AutoClassifier` and `AutoRegressor` share: running a search and predicting."""

from __future__ import annotations

import logging
import sys
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
from autoskl.core.stack_level import user_stack_level
from autoskl.estimators.encoded_target import EncodedTarget
from autoskl.estimators.log import log_event, logger
from autoskl.estimators.parameters import (
    check_selection,
    check_space,
    resolve_device,
    resolve_directory,
    resolve_memory,
    resolve_seed,
    resolve_store,
    resolve_trial_time_limit,
)
from autoskl.estimators.predict_columns import check_columns
from autoskl.estimators.progress import ProgressLine
from autoskl.estimators.training_data import TrainingData, training_data, with_index_of
from autoskl.execution.resources import inside_joblib_worker, resolve_n_jobs
from autoskl.tables.encoder import RawTableEncoder

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from autoskl.search.result import SearchResult
    from autoskl.search.settings import Settings


class AutoEstimator(BaseEstimator):  # type: ignore[misc]
    """Shared base of `AutoClassifier` and `AutoRegressor`; subclasses encode the target."""

    def _fit(
        self,
        X: Any,
        target: EncodedTarget,
        *,
        started: float,
        sample_weight: Any,
        class_weights: NDArray[np.float64] | None,
        groups: Any,
    ) -> Self:
        """Run the search and set the fitted attributes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        target : EncodedTarget
        started : float
            Time on the monotonic clock, in seconds, at which ``fit`` was called.
        sample_weight, class_weights, groups : array-like of shape (n_samples,) or None
        """
        from autoskl.search.search import run_search

        is_default = isinstance(self.cv, str | int | np.integer)  # splits by the codes
        splitter_y = None if is_default else with_index_of(target.values, target.y)
        data = training_data(
            X,
            target.release_codes(),
            task=target.task,
            n_classes=target.n_classes,
            encoder=RawTableEncoder(categorical_features=self.categorical_features),
            splitter_y=splitter_y,
            sample_weight=sample_weight,
            class_weights=class_weights,
            groups=groups,
        )
        settings = self._settings(target, started)
        result = run_search(settings, data.release(), data.source)
        # Only now, so that a failed fit leaves the previous model as it was.
        if target.classes is not None:
            self.classes_ = target.classes
        self._set_fitted_attributes(result, data)
        return self

    def _check_allowance(self) -> None:
        if self.time_limit is None and self.n_trials is None:
            raise ValueError(
                "time_limit and n_trials are both None, so fit would never end. Set one of them."
            )

    def _settings(self, target: EncodedTarget, started: float) -> Settings:
        from autoskl.search.settings import Settings

        metric = resolve_scoring(self.scoring, target.task, target.classes)
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
        # A process without a console has no stderr.
        show_progress = bool(self.verbose) and sys.stderr is not None
        listeners: tuple[Listener, ...] = (ProgressLine(),) if show_progress else ()
        return (*listeners, log_event) if logger.isEnabledFor(logging.INFO) else listeners

    def _set_fitted_attributes(self, result: SearchResult, data: TrainingData) -> None:
        """Set the fitted attributes and warn about failed trials."""
        self._encoder = data.encoder
        self._n_outputs = result.n_outputs
        self.column_kinds_ = {name: str(kind) for name, kind in data.encoder.kinds_.items()}
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
                f"Some fits failed: {result.failure_summary}. They are not in the ensemble; "
                "failures_ has the reasons.",
                TrialFailureWarning,
                stacklevel=user_stack_level(),
            )

    def to_sklearn(self) -> Pipeline:
        """Return the ensemble as a fitted scikit-learn pipeline.

        Its steps are the table encoder and a `VotingClassifier` or `VotingRegressor` of all fold
        models. It makes the same predictions as this estimator, but holds neither the history nor
        anything else of the search. Its parts are frozen: ``fit`` does not change them. Loading a
        pickle of it requires autoskl.

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
            # Most scikit-learn steps reject a table without rows.
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
        # A time limit, unlike a number of trials, stops each fit at a different point.
        tags.non_deterministic = self.time_limit is not None
        return tags
