"""Transforms of a model's predictions: `Calibration` of probabilities, `Adjustment` of values."""

from __future__ import annotations

from collections.abc import Mapping

from autoskl.ensembles.adjustment import Adjustment
from autoskl.ensembles.calibration import Calibration

OutputTransform = Calibration | Adjustment

IDENTITY: OutputTransform = Calibration()
"""Leaves predictions unchanged."""


def transform_from(parameters: Mapping[str, float]) -> OutputTransform:
    """Return a transform from the plain values in which journals store it.

    Parameters
    ----------
    parameters : mapping of str to float
        Fields of either class; only an adjustment has a ``"factor"``.
    """
    return Adjustment(**parameters) if "factor" in parameters else Calibration(**parameters)
