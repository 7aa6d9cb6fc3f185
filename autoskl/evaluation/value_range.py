"""How far predicted values may leave the range of the fitted ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autoskl.components.component import Role
from autoskl.components.registry import component
from autoskl.components.untouched import Untouched
from autoskl.core.configuration import Configuration
from autoskl.core.result import FloatArray, IntArray
from autoskl.evaluation.fitted_model import OutputMap
from autoskl.tables.dataset import Dataset

_NARROW_MARGIN = 0.25
_PROVEN_MARGIN = 20.0


def within_range(
    outputs: FloatArray,
    mapped: OutputMap,
    dataset: Dataset,
    test: IntArray | None,
    configuration: Configuration,
) -> tuple[FloatArray, OutputMap]:
    """Decide how far a model may leave the range of what it was fitted to.

    Splines and products of columns may explode on a few rows, each of which costs more than all
    others together; a trend goes on, and leads further away from a fold of the first rows than from
    one of all. Held-out rows tell the one from the other. Where none of them comes near the edge,
    models of made features are kept near it, and others are trusted.

    Parameters
    ----------
    outputs : ndarray of shape (..., n_rows, 1)
        Of held-out rows.
    mapped : OutputMap
        That made them.
    dataset : Dataset
    test : ndarray of int of shape (n_rows,) or None
        The held-out rows; None for all.
    configuration : Configuration
        Of the model.

    Returns
    -------
    outputs : ndarray of shape (..., n_rows, 1)
    mapped : OutputMap
        With the margin that was decided on.
    """
    if mapped.classes is not None or not np.isfinite(outputs).all():
        return outputs, mapped
    narrow = replace(mapped, margin=_NARROW_MARGIN)
    clipped = np.clip(outputs, *narrow.bounds)
    if np.array_equal(clipped, outputs):
        return outputs, narrow if _makes_features(configuration) else mapped
    y, weight = dataset.truth(slice(None) if test is None else test)
    counted = 1.0 if weight is None else weight
    wide_error, narrow_error = (
        np.sum(counted * (told[..., 0] - y) ** 2) for told in (outputs, clipped)
    )
    if wide_error < narrow_error:
        return outputs, replace(mapped, margin=_PROVEN_MARGIN)
    return clipped, narrow


def _makes_features(configuration: Configuration) -> bool:
    name = configuration.get(Role.FEATURES)
    return name is not None and not isinstance(component(str(name)), Untouched)
