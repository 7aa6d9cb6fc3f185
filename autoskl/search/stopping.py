"""Which trainings may end early: where a learning curve must be expected to lead to matter."""

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

_FEWEST_TRIALS = 3
"""So many trainings come to their end before any is stopped."""

_STANDARD_ERRORS = 1.0


def with_loss_to_beat(unit: Unit, records: Iterable[TrialRecord]) -> Unit:
    """Return a unit with what it must beat, if its model trains for epochs."""
    if not has_epochs(unit.trial.configuration):
        return unit
    return replace(unit, to_beat=loss_to_beat(records, unit))


def loss_to_beat(records: Iterable[TrialRecord], unit: Unit) -> float | None:
    """Return where the mean learning curve of a unit must be expected to get below.

    This is the best that trainings of the same folds with the same share of rows and epochs have
    reached, and one standard error over the folds on top: what ends within it may still help an
    ensemble. Networks differ in how they learn but not in how their curves are measured, so that
    all of them are compared that are fitted to values on one scale. Nothing but the history
    decides; as it is the same for any number of workers when a unit is handed out, so is what is
    stopped.

    Parameters
    ----------
    records : iterable of TrialRecord
    unit : Unit

    Returns
    -------
    float or None
        None while fewer than three such trainings have come to their end, and for units of one
        fold, which see nothing of the held-out rows while they train.
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
    if len(ends) < _FEWEST_TRIALS:
        return None
    best = min(ends, key=np.mean)
    error = float(np.std(best, ddof=1)) / math.sqrt(len(best))
    return float(np.mean(best)) + _STANDARD_ERRORS * error


def _losses_at_best_epoch(
    record: TrialRecord, folds: tuple[int, ...]
) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Return the losses of folds at the epoch that they share, None unless trained to the end."""
    results = [record.folds[fold] for fold in folds if fold in record.folds]
    curves = [result.curve for result in results if result.status is Status.OK and result.curve]
    if len(curves) < len(folds) or len({len(curve) for curve in curves}) > 1:
        return None
    losses = np.array(curves).T
    means = losses.mean(axis=1)
    return losses[np.nanargmin(means)] if np.isfinite(means).any() else None
