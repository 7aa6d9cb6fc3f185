from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL, Fidelity
from autoskl.core.result import FoldResult, Status
from autoskl.core.trial import Unit
from autoskl.history.trial_record import TrialRecord
from autoskl.search.stopping import loss_to_beat
from tests.search.records import make_trial
from tests.search.simulated import SimulatedExecutor, by_digest
from tests.search.test_loop import make, search


def trained(
    number: int,
    curves: Sequence[Sequence[float]],
    status: Status = Status.OK,
    fidelity: Fidelity = FULL,
) -> TrialRecord:
    """A network's record from the curves of its folds."""
    record = TrialRecord(make_trial(number, "real_mlp", fidelity, key=number))
    for fold, curve in enumerate(curves):
        nothing = np.full((1, 3, 2), 0.5)
        record.add(FoldResult(fold, status, np.arange(3), nothing, losses=(0.5,), curve=curve))
    return record


RECORDS = [
    trained(0, [(0.9, 0.5, 0.6), (0.9, 0.7, 0.4)]),
    trained(1, [(0.9, 0.8), (0.9, 0.8)]),
    trained(2, [(0.7,), (0.7,)]),
]
UNIT = Unit(make_trial(9, "real_mlp"), (0, 1))


def test_it_is_the_best_end_and_a_standard_error_over_the_folds():
    # The first is the best at its third epoch: 0.5 on average, 0.6 and 0.4 on the folds.
    assert loss_to_beat(RECORDS, UNIT) == pytest.approx(0.5 + 0.1)


def test_trainings_are_compared_that_came_to_an_end_on_the_same_folds_with_the_same_shares():
    others = [
        trained(3, [(0.1,), (0.1,)], Status.STOPPED),
        trained(4, [(0.1,), (0.1,)], fidelity=Fidelity(epochs=0.5)),
        trained(5, [(0.1,)]),
        trained(6, [(), ()]),
        trained(7, [(0.1, 0.2), (0.1,)]),  # each fold for itself
        trained(8, [(np.nan,), (0.1,)]),
    ]
    assert loss_to_beat(RECORDS + others, UNIT) == loss_to_beat(RECORDS, UNIT)
    short = Unit(make_trial(9, "real_mlp", Fidelity(epochs=0.5)), (0, 1))
    assert loss_to_beat(RECORDS + others, short) is None


def test_only_trainings_on_the_same_scale_of_the_values_are_compared():
    log = {"model": "real_mlp", "response": "log_response", "log_response:offset": 0.1}
    unit = Unit(replace(UNIT.trial, configuration=Configuration(log)), (0, 1))
    assert loss_to_beat(RECORDS, unit) is None


def test_nothing_is_stopped_before_three_trainings_have_ended():
    assert loss_to_beat(RECORDS[:2], UNIT) is None
    assert loss_to_beat(RECORDS, UNIT) is not None


def test_a_single_fold_is_never_stopped():
    assert loss_to_beat(RECORDS, Unit(UNIT.trial, (0,))) is None


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 5)), min_size=3, max_size=6))
def test_the_best_itself_would_never_be_asked_to_be_better(losses):
    records = [trained(i, [(a,), (b,)]) for i, (a, b) in enumerate(losses)]
    found = loss_to_beat(records, UNIT)
    assert found is not None
    assert found >= min(np.mean(pair) for pair in losses) - 1e-12


@dataclass
class Training(SimulatedExecutor):
    """An executor whose networks have learning curves."""

    def _outcome(self, unit: Unit, evaluator: Any) -> Any:
        outcome, level = super()._outcome(unit, evaluator), by_digest(unit)
        curves = [(1.0, level + 0.01 * fold, level + 0.1) for fold in unit.folds]
        results = zip(outcome.value, curves, strict=True)
        return replace(outcome, value=tuple(replace(r, curve=c) for r, c in results))


def test_a_search_hands_out_what_must_be_beaten_whatever_the_number_of_workers():
    pytest.importorskip("torch")
    handed = []
    for slots in (1, 3):
        plan, plain = make(n_trials=16, include={"model": ["real_mlp", "tabm"]}, ensemble_size=1)
        executor = Training(plain.clock, slots=slots)
        executor.seconds = lambda unit: 0.1 + unit.trial.number % 3
        search(plan, executor)
        units = [unit for _, unit in executor.started]
        handed.append({unit.trial.configuration.digest: unit.to_beat for unit in units})
    assert handed[0] == handed[1]
    levels = [by_digest(unit) for unit in units]
    given = [to_beat for to_beat in handed[0].values() if to_beat is not None]
    assert len(given) >= 4
    assert min(given) >= min(levels)
