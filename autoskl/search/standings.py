"""Who leads: trials compared on the folds that they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autoskl.history.ranking import paired_losses
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
        Its loss on the folds of the reference, see `paired_losses`; infinite without any.
    """

    record: TrialRecord
    loss: float


def standings(records: Sequence[TrialRecord]) -> list[Standing]:
    """Return the standings of all trials, the best first; of equals the earlier.

    Parameters
    ----------
    records : sequence of TrialRecord
    """
    losses = paired_losses(records)
    placed = [Standing(record, losses[record.trial.number]) for record in records]
    return sorted(placed, key=lambda s: (s.loss, s.record.trial.number))


def incumbent_of(placed: Sequence[Standing]) -> TrialRecord | None:
    """Return the best trial that can have weight; one of which a fold failed cannot."""
    return next((s.record for s in placed if not s.record.failed), None)


def contenders(records: Sequence[TrialRecord]) -> list[TrialRecord]:
    """Return the trials that may still be the best, the incumbent first.

    Parameters
    ----------
    records : sequence of TrialRecord
    """
    placed = standings(records)
    incumbent = incumbent_of(placed)
    if incumbent is None:
        return []
    return [s.record for s in placed if not is_hopeless(s.record, incumbent)]


def is_hopeless(record: TrialRecord, incumbent: TrialRecord) -> bool:
    """Whether a trial is clearly worse than the incumbent on the folds that both have.

    That is, on two folds or more the mean difference exceeds one standard error and 0.1 % of the
    incumbent's loss.

    Parameters
    ----------
    record, incumbent : TrialRecord
    """
    own, best = record.fold_losses(), incumbent.fold_losses()
    difference = np.array([loss - best[fold] for fold, loss in own.items() if fold in best])
    difference = difference[np.isfinite(difference)]
    if len(difference) < 2:
        return False
    error = float(difference.std(ddof=1)) / np.sqrt(len(difference))
    tolerance = _RELATIVE_TOLERANCE * abs(incumbent.loss())
    return bool(difference.mean() > max(_STANDARD_ERRORS * error, tolerance))
