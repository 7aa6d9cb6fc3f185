"""The result of a trial, as optimizers see it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from autoskl.core.trial import Trial


@dataclass(frozen=True, slots=True)
class Observation:
    """A trial and its latest result.

    Attributes
    ----------
    trial : Trial
    loss : float
        To be minimised; infinite when the trial failed or its loss was not finite.
    seconds : float
        Duration of the trial, 0 when unknown.
    failed : bool
        Whether the trial failed.
    """

    trial: Trial
    loss: float
    seconds: float = 0.0
    failed: bool = False


def observe(trial: Trial, loss: float, seconds: float = 0.0, failed: bool = False) -> Observation:
    """Return the observation of a trial; a loss that is not finite counts as a failure."""
    if failed or not math.isfinite(loss):
        return Observation(trial, math.inf, float(seconds), True)
    return Observation(trial, float(loss), float(seconds), False)
