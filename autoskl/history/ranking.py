"""Trials in the order of their worth, although they have seen different folds."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

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
            levels = means[folds]
        elif shared := [i for i, fold in enumerate(folds) if fold in base]:
            # In the order of rows, by which equal numbers have equal means in every group.
            chosen = np.ascontiguousarray(losses[:, shared])
            levels = mean + (chosen - [base[folds[i]] for i in shared]).mean(axis=1)
        else:
            continue
        paired.update(zip(numbers, levels.tolist(), strict=True))
    return paired


def placed(records: Iterable[TrialRecord]) -> list[tuple[TrialRecord, float]]:
    """Return the trials with their paired losses, best first.

    Of equals the earlier comes first, and those without a loss last.

    Parameters
    ----------
    records : iterable of TrialRecord
    """
    records = list(records)
    losses = paired_losses(records)
    pairs = [(record, losses[record.trial.number]) for record in records]
    return sorted(pairs, key=lambda pair: (pair[1], pair[0].trial.number))


def ranked(records: Iterable[TrialRecord]) -> list[TrialRecord]:
    """Return the trials, best first; of equals the earlier, and those without a loss last."""
    return [record for record, _ in placed(records)]


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


def _by_folds(
    records: Iterable[TrialRecord],
) -> dict[tuple[int, ...], tuple[list[int], NDArray[np.float64]]]:
    """Return numbers and finite losses (n_trials, n_folds) of the trials of each set of folds."""
    groups: dict[tuple[int, ...], tuple[list[int], list[tuple[float, ...]]]] = {}
    for record in records:
        folds, losses = record.finite_losses
        if folds:
            numbers, rows = groups.setdefault(folds, ([], []))
            numbers.append(record.trial.number)
            rows.append(losses)
    return {folds: (numbers, np.array(rows)) for folds, (numbers, rows) in groups.items()}
