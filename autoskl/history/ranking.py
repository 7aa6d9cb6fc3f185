"""Trials in the order of their worth, although they have seen different folds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from autoskl.core.trial import Trial
from autoskl.history.trial_record import TrialRecord


def paired_losses(records: Iterable[TrialRecord]) -> dict[int, float]:
    """Return by trial number the loss that each trial would have on the folds of the reference.

    Plain means over different folds would make trials that saw an easy fold look good. So a trial
    is judged by its mean difference to one reference on the folds that both have. The reference is
    the best of the trials with the most folds. Infinite where there is nothing to compare.

    Parameters
    ----------
    records : iterable of TrialRecord
    """
    losses = {record.trial.number: _finite(record.fold_losses()) for record in records}
    most = max((len(folds) for folds in losses.values()), default=0)
    if most == 0:
        return dict.fromkeys(losses, math.inf)
    means = {n: float(np.mean([*f.values()])) for n, f in losses.items() if len(f) == most}
    reference = min(means, key=lambda number: (means[number], number))
    base = losses[reference]

    def level(folds: Mapping[int, float]) -> float:
        differences = [loss - base[fold] for fold, loss in folds.items() if fold in base]
        return means[reference] + float(np.mean(differences)) if differences else math.inf

    # Exact means where all folds are shared, so that equal trials stay equal.
    return {
        number: means[number] if folds.keys() == base.keys() else level(folds)
        for number, folds in losses.items()
    }


def ranked(records: Iterable[TrialRecord]) -> list[TrialRecord]:
    """Return the trials, best first; of equals the earlier, and those without a loss last."""
    records = list(records)
    losses = paired_losses(records)
    return sorted(records, key=lambda r: (losses[r.trial.number], r.trial.number))


def trial_losses(records: Iterable[TrialRecord]) -> list[tuple[Trial, float]]:
    """Return the trials that ended and their losses, for a search that starts from them.

    Trials on all rows are compared on the folds that they share; losses are infinite where a trial
    failed, and the constant model is left out.

    Parameters
    ----------
    records : iterable of TrialRecord
        ``history_.records`` of an estimator.
    """
    ended = [r for r in records if r.folds and r.trial.origin != "constant"]
    paired = paired_losses(r for r in ended if r.trial.fidelity.is_full)
    return [(r.trial, paired.get(r.trial.number, r.loss())) for r in ended]


def _finite(losses: Mapping[int, float]) -> dict[int, float]:
    return {fold: loss for fold, loss in losses.items() if math.isfinite(loss)}
