"""From what a model gives for held-out rows to their predictions."""

from __future__ import annotations

import numpy as np

from autoskl.components.component import Context
from autoskl.core.configuration import Configuration
from autoskl.core.result import FloatArray, IntArray
from autoskl.evaluation.fitted_model import InvalidOutputsError, OutputMap
from autoskl.evaluation.retransformation import retransformed
from autoskl.evaluation.value_range import within_range
from autoskl.tables.dataset import Dataset


def held_out_predictions(
    raw: FloatArray,
    mapped: OutputMap,
    dataset: Dataset,
    test: IntArray | None,
    configuration: Configuration,
    context: Context,
) -> tuple[FloatArray, OutputMap]:
    """Return predictions as they are scored and kept, and the map by which new rows get theirs.

    It is one rule for all ways of fitting: fold by fold, all folds together, or out of bag.

    Parameters
    ----------
    raw : ndarray of shape (..., n_rows, n_classes among the fitted or 1)
        Of the model.
    mapped : OutputMap
        Of the model.
    dataset : Dataset
    test : ndarray of int of shape (n_rows,) or None
        The held-out rows; None for all.
    configuration : Configuration
    context : Context

    Returns
    -------
    predictions : ndarray of shape (..., n_rows, n_outputs)
    mapped : OutputMap
        With what the held-out rows have told.

    Raises
    ------
    InvalidOutputsError
        When some prediction is missing or infinite.
    """
    outputs, mapped = within_range(mapped(raw), mapped, dataset, test, configuration)
    outputs, mapped = retransformed(outputs, mapped, dataset, test, context)
    if not np.isfinite(outputs).all():
        raise InvalidOutputsError("The model predicted missing or infinite values.")
    # Probabilities need no more than single precision; values keep what they have.
    return outputs if mapped.classes is None else outputs.astype(np.float32), mapped
