"""Who leads: trials compared on the folds that they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autoskl.history.ranking import paired_losses, ranked
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
    hopeless : bool
        Whether the paired difference to the incumbent is positive beyond one standard error and
        0.1 % of the incumbent's loss, on two folds or more.
    """

    record: TrialRecord
    loss: float
    hopeless: bool


def standings(records: Sequence[TrialRecord]) -> list[Standing]:
    """Return the standings of all trials, the incumbent first.

    Parameters
    ----------
    records : sequence of TrialRecord
    """
    losses = paired_losses(records)
    order = ranked(records)
    # A trial of which a fold failed can have no weight, whatever it promised on the others.
    incumbent = next((record for record in order if not record.failed), None)
    return [
        Standing(record, losses[record.trial.number], hopeless=_is_hopeless(record, incumbent))
        for record in order
    ]


def _is_hopeless(record: TrialRecord, incumbent: TrialRecord | None) -> bool:
    if incumbent is None:
        return False
    own, best = record.fold_losses(), incumbent.fold_losses()
    difference = np.array([own[fold] - best[fold] for fold in record.shared_folds(incumbent)])
    difference = difference[np.isfinite(difference)]
    if len(difference) < 2:
        return False
    error = float(difference.std(ddof=1)) / np.sqrt(len(difference))
    tolerance = _RELATIVE_TOLERANCE * abs(incumbent.loss())
    return bool(difference.mean() > max(_STANDARD_ERRORS * error, tolerance))
