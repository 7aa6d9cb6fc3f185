"""Early stopping of trainings: the loss that an iterative training must be expected to reach."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from autoskl.core.result import Status
from autoskl.core.trial import Unit
from autoskl.history.trial_record import TrialRecord
from autoskl.pipelines.epochs import has_epochs
from autoskl.pipelines.response import scale_key
from autoskl.search.standings import STANDARD_ERRORS

_MIN_TRIALS = 3
"""Number of complete trainings before any is stopped."""


def with_loss_to_beat(unit: Unit, records: Iterable[TrialRecord]) -> Unit:
    """Return a unit with the loss that it must beat, if its model trains for epochs."""
    if not has_epochs(unit.trial.configuration):
        return unit
    return replace(unit, to_beat=loss_to_beat(records, unit))


def loss_to_beat(records: Iterable[TrialRecord], unit: Unit) -> float | None:
    """Return the loss that the mean learning curve of a unit must be expected to reach.

    It is the best loss of trainings on the same folds with the same share of rows and epochs, plus
    one standard error over the folds: a training within it may still help the ensemble. Networks of
    all kinds are compared, as long as their losses are measured on the same scale of the target.
    It depends only on the history when the unit is submitted, which is the same for any number of
    workers.

    Parameters
    ----------
    records : iterable of TrialRecord
    unit : Unit

    Returns
    -------
    float or None
        None with fewer than three such complete trainings, and for units of one fold, which have
        no loss on held-out rows during the training.
    """
    if len(unit.folds) < 2:
        return None
    scale = scale_key(unit.trial.configuration)
    ends = [
        ending
        for record in records
        if record.trial.fidelity == unit.trial.fidelity
        and scale_key(record.trial.configuration) == scale
        and (ending := _losses_at_best_epoch(record, unit.folds)) is not None
    ]
    if len(ends) < _MIN_TRIALS:
        return None
    best = min(ends, key=np.mean)
    error = float(np.std(best, ddof=1)) / math.sqrt(len(best))
    return float(np.mean(best)) + STANDARD_ERRORS * error


def _losses_at_best_epoch(
    record: TrialRecord, folds: tuple[int, ...]
) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Return the losses of folds at the epoch that they share; None unless they are complete."""
    results = [record.folds[fold] for fold in folds if fold in record.folds]
    curves = [result.curve for result in results if result.status is Status.OK and result.curve]
    if len(curves) < len(folds) or len({len(curve) for curve in curves}) > 1:
        return None
    losses = np.array(curves).T
    means = losses.mean(axis=1)
    return losses[np.nanargmin(means)] if np.isfinite(means).any() else None
