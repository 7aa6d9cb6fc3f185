"""Promotion up the ladder: the best trials of each rung get more rows, or more epochs.

Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning",
MLSys 2020), limited to what can still finish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity, Ladder
from autoskl.history.trial_record import TrialRecord

_ETA = 3
_FINAL_FACTOR = 2.0
"""The final promotion starts when it would take more than 1 / 2 of the time left."""

_LEAST_SHARE_OF_ANYTIME = 0.7
"""Share of its seconds that the final promotion of boosted trees needs: the deadline leaves out
their last rounds, which matter less than four times the rows do."""


class Promotion(NamedTuple):
    """A configuration to be run on a higher rung.

    Attributes
    ----------
    configuration : Configuration
    fidelity : Fidelity
    origin : str
        Origin of the promoted trial.
    """

    configuration: Configuration
    fidelity: Fidelity
    origin: str


def next_promotion(
    ladder: Ladder,
    records: Sequence[TrialRecord],
    seconds: Callable[[Promotion], float],
    seconds_left: float,
) -> Promotion | None:
    """Return a promotion, None when no trial is eligible or none would finish in time.

    Parameters
    ----------
    ladder : Ladder
    records : sequence of TrialRecord
    seconds : callable
        Predicts the seconds of a promotion.
    seconds_left : float
    """
    final = final_promotion(ladder, records, seconds, seconds_left)
    if final is not None:
        return final
    eligible, started = _eligible(records), _started(records)
    for rung in reversed(range(len(ladder.rungs) - 1)):
        here = [r for r in eligible if r.trial.fidelity == ladder.rungs[rung].fidelity]
        here.sort(key=lambda r: (r.loss(), r.trial.number))
        for record in here[: len(here) // _ETA]:
            promotion = _promote(record, ladder, rung + 1)
            above = {(record.trial.configuration, r.fidelity) for r in ladder.rungs[rung + 1 :]}
            if not above & started and seconds(promotion) < seconds_left:
                return promotion
    return None


def final_promotion(
    ladder: Ladder,
    records: Sequence[TrialRecord],
    seconds: Callable[[Promotion], float],
    seconds_left: float,
) -> Promotion | None:
    """Promote the best trial to the highest rung that still fits, if no trial has reached it.

    Parameters
    ----------
    ladder : Ladder
    records : sequence of TrialRecord
    seconds : callable
        Predicts the seconds of a promotion.
    seconds_left : float
    """
    eligible, started = _eligible(records), _started(records)
    if not eligible:
        return None
    best = min(eligible, key=lambda r: (r.loss(), r.trial.number))
    is_anytime = component(best.trial.configuration.model).tags.anytime
    least = _LEAST_SHARE_OF_ANYTIME if is_anytime else 1.0
    for rung in reversed(range(1, len(ladder.rungs))):
        promotion = _promote(best, ladder, rung)
        if least * seconds(promotion) <= seconds_left:
            reached = {r.fidelity for r in ladder.rungs[rung:]}
            is_late = _FINAL_FACTOR * seconds(promotion) > seconds_left
            is_reached = any(fidelity in reached for _, fidelity in started)
            return promotion if is_late and not is_reached else None
    return None


def _eligible(records: Sequence[TrialRecord]) -> list[TrialRecord]:
    return [r for r in records if r.ok_folds and not r.trial.is_constant]


def _started(records: Sequence[TrialRecord]) -> set[tuple[Configuration, Fidelity]]:
    trials = (record.trial for record in records if not record.trial.is_constant)
    return {(trial.configuration, trial.fidelity) for trial in trials}


def _promote(record: TrialRecord, ladder: Ladder, rung: int) -> Promotion:
    trial = record.trial
    return Promotion(trial.configuration, ladder.rungs[rung].fidelity, trial.origin)
