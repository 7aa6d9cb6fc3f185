"""Who leads: trials compared on the folds that they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autoskl.history.trial_record import TrialRecord

_RELATIVE_TOLERANCE = 1e-3
_STANDARD_ERRORS = 1.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Place of a trial among all trials.

    Attributes
    ----------
    record : TrialRecord
    loss : float
        Mean loss that the trial would have over all folds of the incumbent, judged by its
        difference to the incumbent on the folds that both have. Infinite without such folds.
    hopeless : bool
        Whether the paired difference to the incumbent is positive beyond one standard error and
        0.1 % of the incumbent's loss, on two folds or more.
    """

    record: TrialRecord
    loss: float
    hopeless: bool


def standings(records: Sequence[TrialRecord]) -> list[Standing]:
    """Return the standings of all trials, the incumbent first.

    Easy and hard folds make plain means over different folds incomparable. So every trial is
    judged by its paired differences, first to the trial with the most folds, which finds the
    incumbent, then to the incumbent.

    Parameters
    ----------
    records : sequence of TrialRecord
    """
    entered = [record for record in records if record.ok_folds]
    out = [Standing(record, np.inf, hopeless=False) for record in records if not record.ok_folds]
    if not entered:
        return out
    losses = _loss_table(entered)
    most = max(np.isfinite(row).sum() for row in losses)
    full = [i for i, row in enumerate(losses) if np.isfinite(row).sum() == most]
    reference = min(full, key=lambda i: float(np.nanmean(losses[i])))
    level = _adjusted(losses, reference)
    incumbent = int(np.argmin(level))
    placed = [
        Standing(record, level[i], hopeless=_is_hopeless(losses[i], losses[incumbent]))
        for i, record in enumerate(entered)
    ]
    # Earlier trials win ties, so that the order does not depend on how records are listed.
    return sorted(placed, key=lambda s: (s.loss, s.record.trial.number)) + out


def _loss_table(records: Sequence[TrialRecord]) -> np.ndarray:
    """Losses (n_records, n_folds), NaN where a trial lacks a fold."""
    n_folds = 1 + max(max(record.ok_folds) for record in records)
    table = np.full((len(records), n_folds), np.nan)
    for row, record in zip(table, records, strict=True):
        for fold, loss in record.fold_losses().items():
            row[fold] = loss if np.isfinite(loss) else np.nan
    return table


def _adjusted(losses: np.ndarray, reference: int) -> list[float]:
    base = float(np.nanmean(losses[reference]))
    difference = losses - losses[reference]
    return [
        base + float(np.nanmean(row)) if np.isfinite(row).any() else np.inf for row in difference
    ]


def _is_hopeless(row: np.ndarray, incumbent: np.ndarray) -> bool:
    difference = (row - incumbent)[np.isfinite(row - incumbent)]
    if len(difference) < 2:
        return False
    error = float(difference.std(ddof=1)) / np.sqrt(len(difference))
    tolerance = _RELATIVE_TOLERANCE * abs(float(np.nanmean(incumbent)))
    return bool(difference.mean() > max(_STANDARD_ERRORS * error, tolerance))
