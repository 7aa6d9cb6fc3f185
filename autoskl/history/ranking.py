"""Ranks trials by paired losses, although they were evaluated on different folds."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from autoskl.core.trial import Trial
from autoskl.history.trial_record import TrialRecord


def paired_losses(records: Iterable[TrialRecord]) -> dict[int, float]:
    """Return the loss that each trial is estimated to have on the folds of a reference trial.

    Plain means over different folds would favour trials that were evaluated on easy folds.
    Therefore a trial is compared by its mean difference to the reference on the folds that both
    have. The reference is the best of the trials with the most folds.

    Parameters
    ----------
    records : iterable of TrialRecord

    Returns
    -------
    dict of int to float
        By trial number; infinite for a trial that shares no fold with the reference.
    """
    records = list(records)
    paired = {record.trial.number: math.inf for record in records}
    groups = _by_folds(records)
    most = max(map(len, groups), default=0)
    if most == 0:
        return paired
    means = {folds: losses.mean(axis=1) for folds, (_, losses) in groups.items()}
    mean, _, base_folds, row = min(
        (float(means[folds][i]), number, folds, i)
        for folds, (numbers, _) in groups.items()
        if len(folds) == most
        for i, number in enumerate(numbers)
    )
    base = dict(zip(base_folds, groups[base_folds][1][row], strict=True))
    for folds, (numbers, losses) in groups.items():
        if folds == base_folds:  # exact means, so that equal trials stay equal
            estimates = means[folds]
        elif shared := [i for i, fold in enumerate(folds) if fold in base]:
            # C-contiguous, so that equal numbers have bitwise equal means in every group.
            chosen = np.ascontiguousarray(losses[:, shared])
            estimates = mean + (chosen - [base[folds[i]] for i in shared]).mean(axis=1)
        else:
            continue
        paired.update(zip(numbers, estimates.tolist(), strict=True))
    return paired


def rank_with_losses(records: Iterable[TrialRecord]) -> list[tuple[TrialRecord, float]]:
    """Return the trials with their paired losses, best first.

    On a tie the earlier trial comes first; trials without a loss come last.

    Parameters
    ----------
    records : iterable of TrialRecord
    """
    records = list(records)
    losses = paired_losses(records)
    pairs = [(record, losses[record.trial.number]) for record in records]
    return sorted(pairs, key=lambda pair: (pair[1], pair[0].trial.number))


def rank_trials(records: Iterable[TrialRecord]) -> list[TrialRecord]:
    """Return the trials, best first; see `rank_with_losses`."""
    return [record for record, _ in rank_with_losses(records)]


def trial_losses(records: Iterable[TrialRecord]) -> list[tuple[Trial, float]]:
    """Return the evaluated trials with their losses, to warm-start another search.

    Trials on all rows are compared on shared folds. The loss of a failed trial is infinite, and the
    constant model is left out.

    Parameters
    ----------
    records : iterable of TrialRecord
        ``history_.records`` of an estimator.
    """
    evaluated = [r for r in records if r.folds and not r.trial.is_constant]
    paired = paired_losses(r for r in evaluated if r.trial.fidelity.is_full)
    return [(r.trial, paired.get(r.trial.number, r.loss())) for r in evaluated]


def _by_folds(
    records: Iterable[TrialRecord],
) -> dict[tuple[int, ...], tuple[list[int], NDArray[np.float64]]]:
    """Group trials by their folds: trial numbers and finite losses (n_trials, n_folds)."""
    groups: dict[tuple[int, ...], tuple[list[int], list[tuple[float, ...]]]] = {}
    for record in records:
        folds, losses = record.finite_losses
        if folds:
            numbers, rows = groups.setdefault(folds, ([], []))
            numbers.append(record.trial.number)
            rows.append(losses)
    return {folds: (numbers, np.array(rows)) for folds, (numbers, rows) in groups.items()}
