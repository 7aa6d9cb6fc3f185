"""Limits how far predicted values may exceed the range of the training target."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.core.result import FloatArray, IntArray
from autoskl.evaluation.fitted_model import OutputMap
from autoskl.tables.dataset import Dataset

_NARROW_MARGIN = 0.25
_PROVEN_MARGIN = 20.0


def limit_to_range(
    outputs: FloatArray,
    output_map: OutputMap,
    dataset: Dataset,
    test: IntArray | None,
    configuration: Configuration,
) -> tuple[FloatArray, OutputMap]:
    """Decide how far the predictions of a model may exceed the range of its training target.

    Splines and products of columns may explode on a few rows, each of which costs more than all
    others together. A trend, however, continues, and leads further away from a fold of the first
    rows than from all rows. Held-out rows decide between the two. If none of them exceeds the
    narrow margin, models on constructed features get that, and others keep theirs.

    Parameters
    ----------
    outputs : ndarray of shape (..., n_rows, 1)
        Predictions of held-out rows.
    output_map : OutputMap
        Map that made them.
    dataset : Dataset
    test : ndarray of int of shape (n_rows,) or None
        The held-out rows; None for all.
    configuration : Configuration
        Configuration of the model.

    Returns
    -------
    outputs : ndarray of shape (..., n_rows, 1)
    output_map : OutputMap
        With the chosen margin.
    """
    if output_map.classes is not None or not np.isfinite(outputs).all():
        return outputs, output_map
    narrow = replace(output_map, margin=_NARROW_MARGIN)
    clipped = np.clip(outputs, *narrow.bounds)
    if np.array_equal(clipped, outputs):
        return outputs, narrow if _constructs_features(configuration) else output_map
    y, weight = dataset.truth(slice(None) if test is None else test)
    weights = 1.0 if weight is None else weight
    wide_error, narrow_error = (
        np.sum(weights * (values[..., 0] - y) ** 2) for values in (outputs, clipped)
    )
    if wide_error < narrow_error:
        return outputs, replace(output_map, margin=_PROVEN_MARGIN)
    return clipped, narrow


def _constructs_features(configuration: Configuration) -> bool:
    name = configuration.get(Role.FEATURES)
    return name is not None and not isinstance(component(str(name)), Passthrough)
