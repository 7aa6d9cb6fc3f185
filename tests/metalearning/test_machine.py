from __future__ import annotations

import pytest

from autoskl.components.models.lightgbm import LightGBM
from autoskl.components.registry import components, register, shipped, unregister
from autoskl.metalearning import machine
from autoskl.metalearning.machine import REFERENCE_MACHINE, Machine, this_machine


class Stopwatch:
    """A timer that returns the given durations between consecutive calls."""

    def __init__(self, durations):
        self.times = [time for seconds in durations for time in (0.0, seconds)]

    def __call__(self):
        return self.times.pop(0)


def factor(*durations: float, kind: str = machine.TREES) -> float:
    return machine._factor(kind, lambda: None, Stopwatch(durations))


def test_the_fastest_repeat_counts():
    usual = machine.REFERENCE_SECONDS[machine.TREES]
    repeats = [10 * usual] * (machine._REPEATS - 1)
    assert factor(2 * usual, *repeats) == pytest.approx(2.0)


def test_implausible_measurements_are_clipped():
    assert factor(*[100.0] * machine._REPEATS) == 8.0
    assert factor(*[0.0] * machine._REPEATS) == 1.0  # a timer that stands still
    assert factor(*[1e-9] * machine._REPEATS) == 1 / 8


def test_the_algebra_factor_is_a_square_root():
    slow = [4 * machine.REFERENCE_SECONDS[machine.ALGEBRA]] * machine._REPEATS
    assert factor(*slow, kind=machine.ALGEBRA) == pytest.approx(2.0)


def test_this_machine_is_measured_once():
    assert this_machine() is this_machine()
    assert 1 / 8 <= this_machine().trees <= 8
    assert 1 / 8 <= this_machine().algebra <= 8


def test_families_use_the_factor_of_their_kind():
    uneven = Machine(trees=2.0, algebra=0.5)
    assert uneven.factor("lightgbm") == uneven.factor("random_forest") == 2.0
    assert uneven.factor("linear") == uneven.factor("kernel_svm") == 0.5
    assert uneven.overall == pytest.approx(1.0)
    assert {REFERENCE_MACHINE.factor(name) for name in components()} == {1.0}


def test_tree_families_are_tagged():
    # From the files, since some families are only registered if their package is installed.
    assert {name for name, entry in shipped().items() if entry.tags.trees} == {
        "ada_boost",
        "catboost",
        "decision_tree",
        "explainable_boosting",
        "extra_trees",
        "hist_gradient_boosting",
        "lightgbm",
        "random_forest",
        "xgboost",
    }


def test_registered_tree_families_use_the_tree_factor():
    name = register(LightGBM(), "trees_of_others")
    try:
        assert Machine(trees=2.0, algebra=0.5).factor(name) == 2.0
    finally:
        unregister(name)


def test_factors_round_trip():
    measured = Machine(trees=1.2345, algebra=0.5)
    assert Machine.from_factors(measured.factors()) == Machine(trees=1.23, algebra=0.5)


@pytest.mark.parametrize(
    "factors",
    [{}, None, "quick", {"trees": "quick"}, {"trees": True}, {"trees": -1.0}, {"algebra": 0.0}],
)
def test_missing_or_invalid_factors_are_those_of_the_reference(factors):
    assert Machine.from_factors(factors) == REFERENCE_MACHINE
