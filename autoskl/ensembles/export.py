"""Export of an ensemble as a plain scikit-learn pipeline."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline

from autoskl.core.result import FloatArray
from autoskl.ensembles.members import OutputModel
from autoskl.ensembles.post_processing import NO_POST_PROCESSING, PostProcessing
from autoskl.ensembles.weighted_ensemble import WeightedEnsemble


class FoldClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted fold model as a classifier of encoded rows; labels are class codes.

    Parameters
    ----------
    model : OutputModel
        Fitted.
    n_outputs : int
        Number of classes.
    """

    def __init__(self, model: OutputModel, n_outputs: int) -> None:
        self.model = model
        self.n_outputs = n_outputs

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def fit(self, X: Any, y: Any = None) -> Self:
        """Do nothing: the model was fitted on the training part of its fold."""
        return self

    @property
    def classes_(self) -> NDArray[np.int64]:
        """Class codes."""
        return np.arange(self.n_outputs)

    def predict_proba(self, X: Any) -> FloatArray:
        """Return probabilities (n_rows, n_classes) of encoded rows."""
        return _outputs(self.model, X, self.n_outputs)

    def predict(self, X: Any) -> NDArray[np.int64]:
        """Return the code of the most probable class of each encoded row."""
        codes: NDArray[np.int64] = self.predict_proba(X).argmax(axis=1)
        return codes

    def __repr__(self, N_CHAR_MAX: int = 700) -> str:
        return f"FoldClassifier({self.model})"


class FoldRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted fold model as a regressor of encoded rows.

    Parameters
    ----------
    model : OutputModel
        Fitted.
    """

    def __init__(self, model: OutputModel) -> None:
        self.model = model

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def fit(self, X: Any, y: Any = None) -> Self:
        """Do nothing: the model was fitted on the training part of its fold."""
        return self

    def predict(self, X: Any) -> FloatArray:
        """Return predicted values of encoded rows."""
        return _outputs(self.model, X, 1)[:, 0]

    def __repr__(self, N_CHAR_MAX: int = 700) -> str:
        return f"FoldRegressor({self.model})"


class PostProcessedVotingClassifier(VotingClassifier):  # type: ignore[misc]
    """Soft voting with the calibration and the decision rule of an ensemble.

    Parameters
    ----------
    estimators : list of (str, estimator)
    weights : list of float, default=None
    post_processing : PostProcessing, default=NO_POST_PROCESSING
    """

    def __init__(
        self,
        estimators: list[tuple[str, Any]],
        *,
        weights: list[float] | None = None,
        post_processing: PostProcessing = NO_POST_PROCESSING,
    ) -> None:
        super().__init__(estimators, voting="soft", weights=weights)
        self.post_processing = post_processing

    def predict_proba(self, X: Any) -> FloatArray:
        """Return probabilities (n_rows, n_classes) of encoded rows."""
        return self.post_processing.calibration(super().predict_proba(X))

    def predict(self, X: Any) -> NDArray[Any]:
        """Return predicted labels of encoded rows."""
        codes = self.post_processing.decide(self.predict_proba(X))
        labels: NDArray[Any] = self.classes_[codes]
        return labels


def to_sklearn(encoder: Any, ensemble: WeightedEnsemble, classes: NDArray[Any] | None) -> Pipeline:
    """Return a fitted pipeline of the encoder and a voting ensemble of all fold models.

    Parameters
    ----------
    encoder : transformer
        Fitted; encodes the rows of a table.
    ensemble : WeightedEnsemble
    classes : ndarray of shape (n_classes,) or None
        Labels in the order of the class codes; None for regression.

    Returns
    -------
    Pipeline
        Steps ``"table"`` and ``"ensemble"``. Its parts are frozen: ``fit`` does not change them.
    """
    names, weights, models = [], [], []
    for member in ensemble.members:
        for part, model in enumerate(member.models):
            names.append(f"trial{member.number}-{member.name}-{part}")
            weights.append(ensemble.weights[member.number] / len(member.models))
            models.append(model)
    voters: Any
    if classes is None:
        parts = [FrozenEstimator(FoldRegressor(model)) for model in models]
        voters = VotingRegressor(list(zip(names, parts, strict=True)), weights=weights)
        target: NDArray[Any] = np.zeros(1)
    else:
        parts = [FrozenEstimator(FoldClassifier(model, len(classes))) for model in models]
        estimators = list(zip(names, parts, strict=True))
        voters = PostProcessedVotingClassifier(
            estimators, weights=weights, post_processing=ensemble.post_processing
        )
        target = classes
    # Fits only the label encoding, since every part is frozen.
    voters.fit(np.zeros((len(target), 1)), target)
    return Pipeline([("table", FrozenEstimator(encoder)), ("ensemble", voters)])


def _outputs(model: OutputModel, X: Any, n_outputs: int) -> FloatArray:
    # Most scikit-learn estimators reject a table without rows.
    return model.outputs(X) if X.shape[0] else np.empty((0, n_outputs))
