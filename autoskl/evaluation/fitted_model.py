"""A fitted pipeline that always answers in the full set of outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import FloatArray

PROBABILITY_FLOOR = 1e-7
"""No class is ever impossible: a single zero would cost an infinite log loss."""

_RANGE_MARGIN = 0.25
"""Predicted values may leave the range of the fitted target by this share of it."""


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
        Range to which predicted values are clipped.
    """

    n_outputs: int
    classes: NDArray[np.int64] | None
    absent: float = 0.0
    lower: float = -np.inf
    upper: float = np.inf

    def __call__(self, raw: FloatArray) -> FloatArray:
        """Map the outputs of a model, of shape (..., n_rows, n_classes or 1).

        What is not finite stays so, since it tells that the model has failed.
        """
        if self.classes is None:
            return np.where(np.isfinite(raw), np.clip(raw, self.lower, self.upper), np.nan)
        floored = np.maximum(raw, PROBABILITY_FLOOR)
        floored /= floored.sum(axis=-1, keepdims=True)
        if len(self.classes) == self.n_outputs:
            return floored
        outputs = np.full((*raw.shape[:-1], self.n_outputs), self.absent, dtype=floored.dtype)
        n_absent = self.n_outputs - len(self.classes)
        outputs[..., self.classes] = floored * (1.0 - n_absent * self.absent)
        return outputs


def output_map(y: NDArray[Any], weight: NDArray[np.float64] | None, n_outputs: int) -> OutputMap:
    """Return the map of a model fitted on ``y``.

    A class without fitted rows gets the mass of half a row, as if it had almost been seen.

    Parameters
    ----------
    y : ndarray of shape (n_fitted,)
        Class codes, or values when its type is floating.
    weight : ndarray of shape (n_fitted,) or None
    n_outputs : int
    """
    if np.issubdtype(y.dtype, np.floating):
        lower, upper = float(y.min()), float(y.max())
        margin = _RANGE_MARGIN * (upper - lower)
        return OutputMap(n_outputs, None, lower=lower - margin, upper=upper + margin)
    total = float(len(y) if weight is None else weight.sum())
    return OutputMap(n_outputs, np.unique(y), absent=0.5 / (total + 0.5 * n_outputs))


@dataclass(frozen=True, slots=True, eq=False)
class FittedModel:
    """Fitted preprocessing, fitted model and the map of its outputs.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Takes encoded rows.
    outputs_of : OutputMap
    """

    pipeline: Any
    output_map: OutputMap

    def outputs(self, X: Any) -> FloatArray:
        """Return probabilities (n_rows, n_classes), or values (n_rows, 1), of encoded rows."""
        if self.output_map.classes is None:
            raw = np.asarray(self.pipeline.predict(X), dtype=np.float64).reshape(-1, 1)
        else:
            raw = np.asarray(self.pipeline.predict_proba(X), dtype=np.float64)
        return self.output_map(raw)

    def truncated(self, iterations: int) -> FittedModel:
        """Return this model, which from now on uses its first iterations only."""
        self.pipeline[-1].truncate(iterations)
        return self
