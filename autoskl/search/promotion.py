"""Climb the ladder: the best of each rung go on with more rows, or for more epochs.

Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning",
MLSys 2020), bounded by what can still finish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity, Ladder
from autoskl.core.trial import Trial
from autoskl.history.trial_record import TrialRecord

_ETA = 3
_LAST_CALL = 2.0
"""The best trial goes straight to the rung that takes more than 1/2 of what is left, but fits."""


def next_promotion(
    ladder: Ladder,
    records: Sequence[TrialRecord],
    seconds: Callable[[Trial], float],
    seconds_left: float,
    number: int,
) -> Trial | None:
    """Return a trial on a higher rung, None when no one deserves it or nothing would finish.

    Parameters
    ----------
    ladder : Ladder
    records : sequence of TrialRecord
    seconds : callable
        Predicted ones of a trial.
    seconds_left : float
    number : int
        Number of the new trial.
    """
    last = last_call(ladder, records, seconds, seconds_left, number)
    if last is not None:
        return last
    climbers, started = _climbers(records), _started(records)
    for rung in reversed(range(len(ladder.rungs) - 1)):
        here = [r for r in climbers if r.trial.fidelity == ladder.rungs[rung].fidelity]
        here.sort(key=lambda r: (r.loss(), r.trial.number))
        for record in here[: len(here) // _ETA]:
            trial = _on(ladder, rung + 1, record, number)
            above = {(record.trial.configuration, r.fidelity) for r in ladder.rungs[rung + 1 :]}
            if not above & started and seconds(trial) < seconds_left:
                return trial
    return None


def last_call(
    ladder: Ladder,
    records: Sequence[TrialRecord],
    seconds: Callable[[Trial], float],
    seconds_left: float,
    number: int,
) -> Trial | None:
    """Promote the best trial to the highest rung for which there is just time, if none is there.

    Parameters
    ----------
    ladder : Ladder
    records : sequence of TrialRecord
    seconds : callable
        Predicted ones of a trial.
    seconds_left : float
    number : int
        Number of the new trial.
    """
    climbers, started = _climbers(records), _started(records)
    if not climbers:
        return None
    best = min(climbers, key=lambda r: (r.loss(), r.trial.number))
    for rung in reversed(range(1, len(ladder.rungs))):
        trial = _on(ladder, rung, best, number)
        if seconds(trial) <= seconds_left:
            reached = {r.fidelity for r in ladder.rungs[rung:]}
            is_late = _LAST_CALL * seconds(trial) > seconds_left
            return trial if is_late and not any(f in reached for _, f in started) else None
    return None


def _climbers(records: Sequence[TrialRecord]) -> list[TrialRecord]:
    return [r for r in records if r.ok_folds and r.trial.origin != "constant"]


def _started(records: Sequence[TrialRecord]) -> set[tuple[Configuration, Fidelity]]:
    own = (r.trial for r in records if r.trial.origin != "constant")
    return {(trial.configuration, trial.fidelity) for trial in own}


def _on(ladder: Ladder, rung: int, record: TrialRecord, number: int) -> Trial:
    return Trial(
        number, record.trial.configuration, ladder.rungs[rung].fidelity, record.trial.origin
    )
