"""Base classes of the network estimators."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Self

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import validate_parameter_constraints
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from autoskl.core.stack_level import user_stack_level
from autoskl.neural.constraints import CLASSIFIER, REGRESSOR, SHARED, Constraints, check_columns
from autoskl.neural.distinct_rows import Rows, merge_duplicates, rows_of
from autoskl.neural.fitted_network import FittedNetwork
from autoskl.neural.joint_training import (
    FitSettings,
    NetworkData,
    NetworkSpec,
    Targets,
    train_together,
)
from autoskl.neural.targets import class_targets, value_targets

Sample = tuple[Any, Any, Any]
"""X, y and sample_weight."""

_MIN_ROWS = 50
"""Fewer rows are not split; the last epoch is used."""

_NEXT_FIT_ATTRIBUTES = ("_deadline", "_warns", "_epoch_share", "_labels")
"""Attributes that affect only the next fit; they are neither cloned nor pickled."""


class NetworkEstimator(BaseEstimator, ABC):  # type: ignore[misc]
    """Base of estimators that train one network, or many of the same shape at once.

    Attributes
    ----------
    n_features_in_ : int
    curve_ : ndarray of shape (n_epochs,)
        Loss on the held-out rows after each epoch; empty without such rows.
    best_epoch_ : int
        Epoch whose weights are used.
    stopped_by_forecast_ : bool
        Whether training was stopped because its curve was unlikely to fall below ``to_beat``.
    out_of_time_ : bool
        Whether the deadline ended the training.
    """

    categorical_features: Any
    validation_fraction: float
    random_state: Any
    device: str
    n_jobs: int | None
    _constraints: ClassVar[Constraints]
    """Constraints on parameters of this kind of network, in addition to the shared ones."""

    @abstractmethod
    def _spec(self) -> NetworkSpec:
        """Return the specification of the network and its training."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on part of the rows, and select the epoch on the others.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers and category codes; NaN is missing.
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        NetworkEstimator
            This estimator, fitted.
        """
        with _next_fit([self]):
            X, y = validate_data(
                self, X, y, ensure_all_finite="allow-nan", dtype=[np.float64, np.float32]
            )
            self._check_parameters(X.shape[1])
            if sample_weight is not None:
                sample_weight = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
            rows = merge_duplicates(rows_of(X, self._checked_target(y), sample_weight))
            if len(rows) == 0:
                raise ValueError(
                    "sample_weight is 0 for all rows. At least one weight must be positive."
                )
            train, held_out = self._split(rows)
            validation = None if held_out is None else [held_out.sample]
            return self.fit_together([self], [train.sample], validation)[0]

    @classmethod
    def fit_together(
        cls,
        estimators: Sequence[Self],
        train: Sequence[Sample],
        held_out: Sequence[Sample] | None,
        steps: int | None = None,
        to_beat: float | None = None,
    ) -> Sequence[Self]:
        """Fit several estimators together, each on its own rows.

        Estimators that differ only in ``random_state`` are the folds of one configuration. They use
        the weights of the same epoch: that with the lowest mean loss on the held-out rows, or the
        last one without such rows. Configurations may differ in learning rates, moments, weight
        decay, dropout, label smoothing and initial weights, but not in the shape of the network or
        the number of steps.

        Each network learns what it would learn alone with the same number of steps per epoch. By
        default, steps and batch size follow from the mean number of rows, so that a network with
        more or fewer rows may take another number of steps than alone.

        Parameters
        ----------
        estimators : sequence of NetworkEstimator
        train, held_out : sequence of (X, y, sample_weight)
            Data of each estimator; weights may be None.
        steps : int or None, default=None
            Steps per epoch; None for the whole mini-batches in the mean number of rows.
        to_beat : float or None, default=None
            Training is stopped once its mean learning curve is unlikely to fall below this loss.

        Returns
        -------
        sequence of NetworkEstimator
            The given estimators, fitted.

        Raises
        ------
        ValueError
            If a parameter is out of range, or the configurations cannot be trained together.
        OptionalDependencyError
            If torch is not installed.
        """
        with _next_fit(estimators) as (deadline, epochs):
            settings = FitSettings(
                device=estimators[0].device,
                threads=estimators[0].n_jobs,
                deadline=deadline,
                steps=steps,
                epochs=epochs,
            )
            return cls._fit_together(estimators, train, held_out, settings, to_beat)

    @classmethod
    def _fit_together(
        cls,
        estimators: Sequence[Self],
        train: Sequence[Sample],
        held_out: Sequence[Sample] | None,
        settings: FitSettings,
        to_beat: float | None,
    ) -> Sequence[Self]:
        configurations = _configurations(estimators)
        leaders = dict(zip(reversed(configurations), reversed(estimators), strict=True))
        for leader in leaders.values():
            leader._check_parameters(train[0][0].shape[1])
        specs = [leaders[i]._spec() for i in range(len(leaders))]
        data = [
            NetworkData(
                train=rows_of(*sample),
                held_out=None if held_out is None else rows_of(*held_out[i]),
                seed=int(check_random_state(estimator.random_state).randint(2**31 - 1)),
                spec=configurations[i],
            )
            for i, (estimator, sample) in enumerate(zip(estimators, train, strict=True))
        ]
        targets: Targets = class_targets
        if not cls._is_classifier():
            targets = value_targets
        networks, trained = train_together(specs, data, targets, settings, to_beat)
        for i, (estimator, network) in enumerate(zip(estimators, networks, strict=True)):
            estimator.curve_ = trained.curves[i]
            estimator.best_epoch_ = trained.best_epochs[i]
            estimator.stopped_by_forecast_ = trained.were_stopped[i]
            estimator.out_of_time_ = trained.out_of_time
            estimator.n_features_in_ = train[i][0].shape[1]
            estimator._set_network(network)
        if trained.is_untrained and estimators[0].__dict__.get("_warns", True):
            warnings.warn(
                f"There was no time for a single training step of {cls.__name__} before the "
                "deadline. It predicts the same for all rows: the shares of the classes or the "
                "mean of the target. Give it more time, or use a smaller network.",
                RuntimeWarning,
                stacklevel=user_stack_level(),
            )
        return estimators

    def with_deadline(self, deadline: float | None, *, warn: bool = True) -> Self:
        """Set the time on the monotonic clock by which the next fit should stop by itself.

        Parameters
        ----------
        deadline : float or None
            In seconds.
        warn : bool, default=True
            Whether to warn if there is no time for a single training step; see ``out_of_time_``.
        """
        self._deadline, self._warns = deadline, warn
        return self

    def with_epoch_share(self, epochs: float) -> Self:
        """Set the fraction of ``n_epochs`` for which the next fit trains, schedules included."""
        self._epoch_share = epochs
        return self

    def embed(self, X: Any) -> NDArray[np.float32]:
        """Return the learned embeddings of the categories.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_embedded * embedding_size)
            Vectors of the categorical columns with more than ``max_one_hot`` levels, in column
            order.

        Raises
        ------
        ValueError
            If no column is embedded.
        """
        check_is_fitted(self)
        X = validate_data(
            self, X, reset=False, ensure_all_finite="allow-nan", dtype=[np.float64, np.float32]
        )
        if not self._network.encoder.layout.embedded:
            raise ValueError(
                "No column is embedded: no column in categorical_features has more than "
                "max_one_hot levels. Lower max_one_hot to embed columns with fewer levels."
            )
        return self._network.embed(X)

    @classmethod
    def _is_classifier(cls) -> bool:
        return issubclass(cls, ClassifierMixin)

    def _check_parameters(self, n_columns: int) -> None:
        task_constraints = CLASSIFIER if self._is_classifier() else REGRESSOR
        validate_parameter_constraints(
            {**SHARED, **task_constraints, **self._constraints},
            self.get_params(deep=False),
            caller_name=type(self).__name__,
        )
        check_columns(self.categorical_features, n_columns)

    @abstractmethod
    def _checked_target(self, y: NDArray[Any]) -> NDArray[Any]:
        """Return the checked target: class codes or values."""

    def _set_network(self, network: FittedNetwork) -> None:
        self._network = network

    def _split(self, rows: Rows) -> tuple[Rows, Rows | None]:
        """Hold out a random part of the rows; every class keeps at least one training row."""
        n_held = round(self.validation_fraction * len(rows))
        if len(rows) < _MIN_ROWS or n_held == 0:
            return rows, None
        # A separate generator: drawing from the user's would change the seed of the network.
        seed = self.random_state if isinstance(self.random_state, int | np.integer) else 0
        order = np.random.default_rng(int(seed)).permutation(len(rows))
        held, fitted = order[:n_held], order[n_held:]
        if self._is_classifier():
            lost = held[~np.isin(rows.y[held], rows.y[fitted])]
            kept = lost[np.unique(rows.y[lost], return_index=True)[1]]
            held, fitted = np.setdiff1d(held, kept), np.concatenate([fitted, kept])
        return rows[np.sort(fitted)], rows[np.sort(held)] if len(held) else None

    def _outputs(self, X: Any) -> NDArray[np.float64]:
        check_is_fitted(self)
        X = validate_data(
            self, X, reset=False, ensure_all_finite="allow-nan", dtype=[np.float64, np.float32]
        )
        return self._network.predict(X)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_network")

    def __getstate__(self) -> Any:
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name not in _NEXT_FIT_ATTRIBUTES}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


@contextmanager
def _next_fit(estimators: Sequence[NetworkEstimator]) -> Iterator[tuple[float | None, float]]:
    """Yield deadline and fraction of the epochs of a fit, and forget them even if it fails."""
    given = estimators[0].__dict__
    try:
        yield given.get("_deadline"), given.get("_epoch_share", 1.0)
    finally:
        for estimator in estimators:
            for attribute in _NEXT_FIT_ATTRIBUTES:
                estimator.__dict__.pop(attribute, None)


def _configurations(estimators: Sequence[NetworkEstimator]) -> list[int]:
    """Return the number of each estimator's configuration, in order of appearance."""
    numbers: dict[str, int] = {}
    found = []
    for estimator in estimators:
        parameters = estimator.get_params()
        del parameters["random_state"]
        found.append(numbers.setdefault(str(joblib.hash(parameters)), len(numbers)))
    return found


class NetworkClassifier(ClassifierMixin, NetworkEstimator):  # type: ignore[misc]
    """Base of network classifiers.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    """

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Predict the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``.
        """
        return self._outputs(X)

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict the most probable class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        positions = self._outputs(X).argmax(axis=1)
        labels: NDArray[Any] = self.classes_[positions]
        return labels

    def _checked_target(self, y: NDArray[Any]) -> NDArray[Any]:
        check_classification_targets(y)
        self._labels, codes = np.unique(y, return_inverse=True)
        return codes

    def _set_network(self, network: FittedNetwork) -> None:
        super()._set_network(network)
        codes = network.target.own_classes  # type: ignore[attr-defined]
        labels = self.__dict__.pop("_labels", None)
        self.classes_ = codes if labels is None else labels[codes]


class NetworkRegressor(RegressorMixin, NetworkEstimator):  # type: ignore[misc]
    """Base of network regressors."""

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Predict values.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        return self._outputs(X)[:, 0]

    def _checked_target(self, y: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(y, dtype=np.float64)
