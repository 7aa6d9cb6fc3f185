from __future__ import annotations

import pytest

from autoskl.components.models.lightgbm import LightGBM
from autoskl.components.registry import components, register, shipped, unregister
from autoskl.metalearning import machine
from autoskl.metalearning.machine import REFERENCE_MACHINE, Machine, this_machine


class Stopwatch:
    """Shows the next of some moments whenever it is looked at."""

    def __init__(self, durations):
        self.moments = [moment for seconds in durations for moment in (0.0, seconds)]

    def __call__(self):
        return self.moments.pop(0)


def factor(*durations: float, kind: str = machine.TREES) -> float:
    return machine._factor(kind, lambda: None, Stopwatch(durations))


def test_the_quickest_repeat_counts_since_neighbours_only_slow_down():
    usual = machine.REFERENCE_SECONDS[machine.TREES]
    repeats = [10 * usual] * (machine._REPEATS - 1)
    assert factor(2 * usual, *repeats) == pytest.approx(2.0)


def test_a_measurement_that_cannot_be_is_bounded():
    assert factor(*[100.0] * machine._REPEATS) == 8.0
    assert factor(*[0.0] * machine._REPEATS) == 1.0  # a timer that stands still says nothing
    assert factor(*[1e-9] * machine._REPEATS) == 1 / 8


def test_half_of_what_algebra_is_slower_by_counts_since_fits_do_other_things_too():
    slow = [4 * machine.REFERENCE_SECONDS[machine.ALGEBRA]] * machine._REPEATS
    assert factor(*slow, kind=machine.ALGEBRA) == pytest.approx(2.0)


def test_this_machine_is_measured_once():
    assert this_machine() is this_machine()
    assert 1 / 8 <= this_machine().trees <= 8
    assert 1 / 8 <= this_machine().algebra <= 8


def test_trees_and_algebra_are_told_apart():
    uneven = Machine(trees=2.0, algebra=0.5)
    assert uneven.factor("lightgbm") == uneven.factor("random_forest") == 2.0
    assert uneven.factor("linear") == uneven.factor("kernel_svm") == 0.5
    assert uneven.overall == pytest.approx(1.0)
    assert {REFERENCE_MACHINE.factor(name) for name in components()} == {1.0}


def test_the_families_of_trees_are_tagged_so():
    # By the files, since some families are only there where their package is installed.
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


def test_trees_of_others_are_trees_too():
    name = register(LightGBM(), "trees_of_others")
    try:
        assert Machine(trees=2.0, algebra=0.5).factor(name) == 2.0
    finally:
        unregister(name)


def test_what_a_store_keeps_comes_back():
    measured = Machine(trees=1.2345, algebra=0.5)
    assert Machine.from_factors(measured.factors()) == Machine(trees=1.23, algebra=0.5)


@pytest.mark.parametrize(
    "factors",
    [{}, None, "quick", {"trees": "quick"}, {"trees": True}, {"trees": -1.0}, {"algebra": 0.0}],
)
def test_what_a_store_does_not_say_is_taken_for_the_reference(factors):
    assert Machine.from_factors(factors) == REFERENCE_MACHINE
