"""The ranking of trials, and which of them may still be the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from autoskl.history.history import History
from autoskl.history.ranking import paired_losses
from autoskl.history.trial_record import TrialRecord

_N_LEADERS = 5
_RELATIVE_TOLERANCE = 1e-3
STANDARD_ERRORS = 1.0
"""Difference in standard errors from which on one trial is considered worse than another."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A trial with its paired loss.

    Attributes
    ----------
    record : TrialRecord
    loss : float
        Loss on the folds of the reference trial, see `paired_losses`; infinite without any.
    """

    record: TrialRecord
    loss: float


def standings(records: Sequence[TrialRecord]) -> list[Standing]:
    """Return the standings of all trials, best first; on a tie the earlier comes first.

    Parameters
    ----------
    records : sequence of TrialRecord
    """
    losses = paired_losses(records)
    ranking = [Standing(record, losses[record.trial.number]) for record in records]
    return sorted(ranking, key=lambda s: (s.loss, s.record.trial.number))


def incumbent_of(ranking: Sequence[Standing]) -> TrialRecord | None:
    """Return the best trial without a failed fold, which could be a member of the ensemble."""
    return next((s.record for s in ranking if not s.record.failed), None)


def contenders(records: Sequence[TrialRecord]) -> list[TrialRecord]:
    """Return the trials that may still be the best, the incumbent first.

    Parameters
    ----------
    records : sequence of TrialRecord
    """
    ranking = standings(records)
    incumbent = incumbent_of(ranking)
    if incumbent is None:
        return []
    return [s.record for s in ranking if not is_hopeless(s.record, incumbent)]


def leading_trials(history: History, weights: Mapping[int, float]) -> list[TrialRecord]:
    """Return the members of the ensemble by weight, then other leading trials, five in all.

    Parameters
    ----------
    history : History
    weights : mapping of int to float
        Weights of the members by trial number.
    """
    numbers = sorted(weights, key=lambda number: (-weights[number], number))
    if len(numbers) < _N_LEADERS:
        others = (record.trial.number for record in contenders(history.records))
        numbers = list(dict.fromkeys(chain(numbers, others)))[:_N_LEADERS]
    records = [history.record(number) for number in numbers]
    return [r for r in records if not r.trial.is_constant and not r.failed]


def is_hopeless(record: TrialRecord, incumbent: TrialRecord) -> bool:
    """Return whether a trial is clearly worse than the incumbent on the folds that both have.

    There must be at least two of them, and the mean difference must exceed one standard error and
    0.1 % of the incumbent's loss.

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
    return bool(difference.mean() > max(STANDARD_ERRORS * error, tolerance))
