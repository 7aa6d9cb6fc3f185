"""Turns the outputs of a model on held-out rows into predictions."""

from __future__ import annotations

import numpy as np

from autoskl.components.component import Context
from autoskl.core.configuration import Configuration
from autoskl.core.result import FloatArray, IntArray
from autoskl.evaluation.fitted_model import InvalidOutputsError, OutputMap
from autoskl.evaluation.retransformation import correct_retransformation_bias
from autoskl.evaluation.value_range import limit_to_range
from autoskl.tables.dataset import Dataset


def held_out_predictions(
    raw: FloatArray,
    output_map: OutputMap,
    dataset: Dataset,
    test: IntArray | None,
    configuration: Configuration,
    context: Context,
) -> tuple[FloatArray, OutputMap]:
    """Return predictions as they are scored and stored, and the output map for new rows.

    The same for all ways of fitting: fold by fold, all folds jointly, or out of bag.

    Parameters
    ----------
    raw : ndarray of shape (..., n_rows, n_classes in training or 1)
        Outputs of the model.
    output_map : OutputMap
        Map of the model.
    dataset : Dataset
    test : ndarray of int of shape (n_rows,) or None
        The held-out rows; None for all.
    configuration : Configuration
    context : Context

    Returns
    -------
    predictions : ndarray of shape (..., n_rows, n_outputs)
    output_map : OutputMap
        Adjusted by what was learned from the held-out rows.

    Raises
    ------
    InvalidOutputsError
        When some prediction is missing or infinite.
    """
    outputs, output_map = limit_to_range(output_map(raw), output_map, dataset, test, configuration)
    outputs, output_map = correct_retransformation_bias(outputs, output_map, dataset, test, context)
    if not np.isfinite(outputs).all():
        raise InvalidOutputsError("The model predicted missing or infinite values.")
    # Single precision is enough for probabilities; values keep their precision.
    return outputs if output_map.classes is None else outputs.astype(np.float32), output_map
