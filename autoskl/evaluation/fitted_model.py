"""Fitted pipelines that predict all classes of the task, in the scale of the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context

from autoskl.core.result import FloatArray
from autoskl.pipelines.response import ResponseScale

PROBABILITY_FLOOR = 1e-7
"""Lower bound of probabilities: a single zero would cost an infinite log loss."""

_WIDE_MARGIN = 1.0
"""Predicted values exceed the range of the training target by at most this multiple of the range,
unless held-out rows justify more."""


class InvalidOutputsError(ValueError):
    """A model predicted missing or infinite values, or an array of a wrong shape or type."""


@dataclass(frozen=True, slots=True, eq=False)
class OutputMap:
    """Maps the outputs of a model to predictions of shape (n_rows, n_outputs).

    Attributes
    ----------
    n_outputs : int
        Classes of the task, or 1 for regression.
    classes : ndarray of int or None
        Class codes in the training rows; None for regression.
    absent : float
        Probability of each class that does not occur in the training rows.
    lower, upper : float
        Range of the training target.
    margin : float
        Multiple of this range by which predictions may exceed it before they are clipped.
    response : ResponseScale or None
        Transformation of the target on which the model is fitted; None for the original scale.
    factor : float
        Predictions of a transformed target are multiplied by this in the original scale.
    """

    n_outputs: int
    classes: NDArray[np.int64] | None
    absent: float = 0.0
    lower: float = 0.0
    upper: float = 0.0
    margin: float = _WIDE_MARGIN
    response: ResponseScale | None = None
    factor: float = 1.0

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest value that may be predicted."""
        margin = self.margin * (self.upper - self.lower)
        return self.lower - margin, self.upper + margin

    def __call__(self, raw: FloatArray) -> FloatArray:
        """Map the outputs of a model, of shape (..., n_rows, n_classes or 1).

        Values that are not finite stay so: they show that the model has failed.
        """
        if self.classes is None:
            values = raw if self.response is None else self.factor * self.response.inverse(raw)
            return np.where(np.isfinite(raw), np.clip(values, *self.bounds), np.nan)
        floored = np.maximum(raw, PROBABILITY_FLOOR)
        floored /= floored.sum(axis=-1, keepdims=True)
        if len(self.classes) == self.n_outputs:
            return floored
        outputs = np.full((*raw.shape[:-1], self.n_outputs), self.absent, dtype=floored.dtype)
        n_absent = self.n_outputs - len(self.classes)
        outputs[..., self.classes] = floored * (1.0 - n_absent * self.absent)
        return outputs


def raw_outputs(model: Any, X: Any, output_map: OutputMap) -> FloatArray:
    """Return the unmapped predictions of a model: (n_rows, n_classes in training or 1).

    Parameters
    ----------
    model : estimator
        Fitted.
    X : ndarray or sparse array of shape (n_rows, n_columns)
    output_map : OutputMap
        Determines whether probabilities are needed, and of how many classes.

    Raises
    ------
    InvalidOutputsError
        When the shape is wrong or the predictions are no numbers.
    """
    if output_map.classes is None:
        return check_outputs(model.predict(X), (X.shape[0], 1))
    return check_outputs(model.predict_proba(X), (X.shape[0], len(output_map.classes)))


def check_outputs(raw: Any, shape: tuple[int, ...]) -> FloatArray:
    """Return predictions as floats, after a check of their shape.

    Parameters
    ----------
    raw : array-like
        A single column may lack the last axis.
    shape : tuple of int
        (..., n_rows, n_outputs).

    Raises
    ------
    InvalidOutputsError
    """
    try:
        numbers = np.asarray(raw, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidOutputsError(f"The model predicted no numbers: {error}.") from error
    if shape[-1] == 1 and numbers.ndim == len(shape) - 1:
        numbers = numbers[..., np.newaxis]
    if numbers.shape != shape:
        raise InvalidOutputsError(
            f"The model predicted an array of shape {np.shape(raw)} where {shape} is needed: one "
            "line for each row, in each of them one number for each class."
        )
    return numbers


def make_output_map(
    y: NDArray[Any],
    weight: NDArray[np.float64] | None,
    n_outputs: int,
    response: ResponseScale | None = None,
) -> OutputMap:
    """Return the map of a model fitted on ``y``.

    A class without training rows gets the probability of half a row.

    Parameters
    ----------
    y : ndarray of shape (n_fitted,)
        Class codes, or values if its dtype is floating.
    weight : ndarray of shape (n_fitted,) or None
    n_outputs : int
    response : ResponseScale, default=None
        Transformation of the target on which the model is fitted.
    """
    if np.issubdtype(y.dtype, np.floating):
        lower, upper = float(y.min()), float(y.max())
        return OutputMap(n_outputs, None, lower=lower, upper=upper, response=response)
    total = float(len(y) if weight is None else weight.sum())
    return OutputMap(n_outputs, np.unique(y), absent=0.5 / (total + 0.5 * n_outputs))


@dataclass(frozen=True, slots=True, eq=False)
class FittedModel:
    """A fitted pipeline and the map of its outputs.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Takes rows encoded by the raw-table encoder.
    output_map : OutputMap
    """

    pipeline: Any
    output_map: OutputMap

    def outputs(self, X: Any) -> FloatArray:
        """Return probabilities (n_rows, n_classes), or values (n_rows, 1), of encoded rows."""
        # Steps were fitted on arrays; ignores the user's ``set_output`` configuration.
        with config_context(transform_output="default"):
            return self.output_map(raw_outputs(self.pipeline, X, self.output_map))

    def __repr__(self) -> str:
        return f"FittedModel({type(self.pipeline[-1]).__name__})"

    def truncate(self, iterations: int) -> FittedModel:
        """Keep only the first iterations. Changes the model in place and returns it."""
        self.pipeline[-1].truncate(iterations)
        return self
