"""Promotion up the ladder: the best trials of each rung get more rows, or more epochs.

Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning",
MLSys 2020), limited to what can still finish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from autoskl.components.component import Tags
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity, Ladder, Rung
from autoskl.history.trial_record import TrialRecord
from autoskl.metalearning.faster_learning import faster_forms, slow_form
from autoskl.metalearning.shorter_training import first_within
from autoskl.space.space import Space

_ETA = 3
_MAX_SHARE = 0.5
"""Share of the time left above which a promotion gets a higher learning rate, if it can."""


class _FinalShares(NamedTuple):
    """Shares of the predicted seconds of a final promotion.

    It pays only with ``least``, and starts when what is left falls below ``late``, or ``early`` if
    the trial has been promoted before: on the lowest rung, models that are too small may lead.
    """

    least: float
    late: float
    early: float


_FINAL = _FinalShares(least=1.0, late=2.0, early=2.0)
_FINAL_ANYTIME = _FinalShares(least=0.7, late=2.0, early=2.0)
"""Of boosted trees the deadline may leave out the last rounds, which matter less than four times
the rows do."""

_FINAL_BUDGET_AWARE = _FinalShares(least=0.7, late=1.0, early=2.0)
"""The same on a single fold, where trees learn fast on the lowest rungs, so that there is time to
promote several of them."""


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
    rate_space: Space | None = None,
) -> Promotion | None:
    """Return a promotion, None when no trial is eligible or none would finish in time.

    Parameters
    ----------
    ladder : Ladder
    records : sequence of TrialRecord
    seconds : callable
        Predicts the seconds of a promotion.
    seconds_left : float
    rate_space : Space, default=None
        Bounds the learning rates of boosted trees, where a fit may adapt them to the time left.
    """
    final = final_promotion(ladder, records, seconds, seconds_left, rate_space)
    if final is not None:
        return final
    eligible, started = _eligible(records), _started(records)
    for rung in reversed(range(len(ladder.rungs) - 1)):
        here = [r for r in eligible if r.trial.fidelity == ladder.rungs[rung].fidelity]
        here.sort(key=lambda r: (r.loss(), r.trial.number))
        for record in here[: len(here) // _ETA]:
            above, forms = ladder.rungs[rung + 1 :], _forms(record, rate_space)
            if {(form, r.fidelity) for form in forms for r in above} & started:
                continue
            promotions = (_promote(record, form, above[0]) for form in forms)
            promotion = first_within(promotions, seconds, _MAX_SHARE * seconds_left)
            if seconds(promotion) < seconds_left:
                return promotion
    return None


def final_promotion(
    ladder: Ladder,
    records: Sequence[TrialRecord],
    seconds: Callable[[Promotion], float],
    seconds_left: float,
    rate_space: Space | None = None,
) -> Promotion | None:
    """Promote the best trial to the highest rung that still fits, if no trial has reached it.

    Parameters
    ----------
    ladder : Ladder
    records : sequence of TrialRecord
    seconds : callable
        Predicts the seconds of a promotion.
    seconds_left : float
    rate_space : Space, default=None
        See `next_promotion`.
    """
    eligible, started = _eligible(records), _started(records)
    if not eligible:
        return None
    best = min(eligible, key=lambda r: (r.loss(), r.trial.number))
    is_budget_aware = rate_space is not None and _tags(best).budget_aware
    shares = (
        _FINAL_BUDGET_AWARE
        if is_budget_aware
        else _FINAL_ANYTIME
        if _tags(best).anytime
        else _FINAL
    )
    is_promoted = best.trial.fidelity != ladder.rungs[0].fidelity
    start = shares.early if is_promoted else shares.late
    for rung in reversed(range(1, len(ladder.rungs))):
        predicted = seconds(_promote(best, best.trial.configuration, ladder.rungs[rung]))
        if shares.least * predicted <= seconds_left:
            reached = {r.fidelity for r in ladder.rungs[rung:]}
            is_reached = any(fidelity in reached for _, fidelity in started)
            if is_reached or start * predicted <= seconds_left:
                return None
            # The fit raises the learning rate as far as the time left requires.
            slowest = slow_form(best.trial.configuration, rate_space)
            return _promote(best, slowest, ladder.rungs[rung])
    return None


def _eligible(records: Sequence[TrialRecord]) -> list[TrialRecord]:
    return [r for r in records if r.ok_folds and not r.trial.is_constant]


def _started(records: Sequence[TrialRecord]) -> set[tuple[Configuration, Fidelity]]:
    trials = (record.trial for record in records if not record.trial.is_constant)
    return {(trial.configuration, trial.fidelity) for trial in trials}


def _forms(record: TrialRecord, space: Space | None) -> list[Configuration]:
    """Return the configuration of a trial, then those that learn faster."""
    return list(faster_forms(record.trial.configuration, space))


def _promote(record: TrialRecord, form: Configuration, rung: Rung) -> Promotion:
    return Promotion(form, rung.fidelity, record.trial.origin)


def _tags(record: TrialRecord) -> Tags:
    return component(record.trial.configuration.model).tags
