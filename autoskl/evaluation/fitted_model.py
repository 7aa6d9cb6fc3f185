"""A fitted pipeline that always answers in the full set of outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context

from autoskl.core.result import FloatArray
from autoskl.pipelines.response import ResponseScale

PROBABILITY_FLOOR = 1e-7
"""No class is ever impossible: a single zero would cost an infinite log loss."""

_WIDE_MARGIN = 1.0
"""Predicted values leave the range of the fitted target by no more than so many ranges, unless
held-out rows show that they may."""


class InvalidOutputsError(ValueError):
    """A model predicted something that is no prediction of the rows that it was given."""


@dataclass(frozen=True, slots=True, eq=False)
class OutputMap:
    """From what a model gives to (n_rows, n_outputs).

    Attributes
    ----------
    n_outputs : int
        Classes of the task, or 1 for regression.
    classes : ndarray of int or None
        Class codes among the fitted rows; None for regression.
    absent : float
        Probability given to each class that was not among the fitted rows.
    lower, upper : float
        Range of the fitted values.
    margin : float
        Shares of this range by which predicted values may leave it; beyond they are clipped.
    response : ResponseScale or None
        Scale of the values to which the model is fitted; None where they are as the user has them.
    factor : float
        What values of another scale are multiplied by once they are the user's again.
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
        """The least and the largest value that may be predicted."""
        margin = self.margin * (self.upper - self.lower)
        return self.lower - margin, self.upper + margin

    def __call__(self, raw: FloatArray) -> FloatArray:
        """Map the outputs of a model, of shape (..., n_rows, n_classes or 1).

        What is not finite stays so, since it tells that the model has failed.
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


def raw_outputs(model: Any, X: Any, mapped: OutputMap) -> FloatArray:
    """Return what a model predicts for rows, as it is: (n_rows, n_classes among the fitted or 1).

    Parameters
    ----------
    model : estimator
        Fitted.
    X : ndarray or sparse array of shape (n_rows, n_columns)
    mapped : OutputMap
        Of the model; tells whether probabilities are needed, and of how many classes.

    Raises
    ------
    InvalidOutputsError
        When the shape is not that, or what comes are no numbers.
    """
    if mapped.classes is None:
        return checked_outputs(model.predict(X), (X.shape[0], 1))
    return checked_outputs(model.predict_proba(X), (X.shape[0], len(mapped.classes)))


def checked_outputs(raw: Any, shape: tuple[int, ...]) -> FloatArray:
    """Return predictions as numbers if they have a shape.

    Parameters
    ----------
    raw : array-like
        Values may lack the axis of the single column.
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


def output_map(
    y: NDArray[Any],
    weight: NDArray[np.float64] | None,
    n_outputs: int,
    response: ResponseScale | None = None,
) -> OutputMap:
    """Return the map of a model fitted on ``y``.

    A class without fitted rows gets the mass of half a row, as if it had almost been seen.

    Parameters
    ----------
    y : ndarray of shape (n_fitted,)
        Class codes, or values when its type is floating.
    weight : ndarray of shape (n_fitted,) or None
    n_outputs : int
    response : ResponseScale, default=None
        To which the model is fitted instead.
    """
    if np.issubdtype(y.dtype, np.floating):
        lower, upper = float(y.min()), float(y.max())
        return OutputMap(n_outputs, None, lower=lower, upper=upper, response=response)
    total = float(len(y) if weight is None else weight.sum())
    return OutputMap(n_outputs, np.unique(y), absent=0.5 / (total + 0.5 * n_outputs))


@dataclass(frozen=True, slots=True, eq=False)
class FittedModel:
    """Fitted preprocessing, fitted model and the map of its outputs.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Takes encoded rows.
    output_map : OutputMap
    """

    pipeline: Any
    output_map: OutputMap

    def outputs(self, X: Any) -> FloatArray:
        """Return probabilities (n_rows, n_classes), or values (n_rows, 1), of encoded rows."""
        # Steps were fitted on arrays, whatever the user has set scikit-learn to put out.
        with config_context(transform_output="default"):
            return self.output_map(raw_outputs(self.pipeline, X, self.output_map))

    def __repr__(self) -> str:
        return f"FittedModel({type(self.pipeline[-1]).__name__})"

    def truncated(self, iterations: int) -> FittedModel:
        """Return this model, which from now on uses its first iterations only."""
        self.pipeline[-1].truncate(iterations)
        return self
