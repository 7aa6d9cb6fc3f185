from __future__ import annotations

import math

import pytest

from autoskl.search.allowance import Allowance


class ManualClock:
    """A clock whose hands the test turns."""

    def __init__(self, now: float = 100.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_time_runs_out_before_the_limit_by_the_reserve():
    clock = ManualClock()
    allowance = Allowance(clock, 100.0, 60.0, None)
    assert allowance.seconds_left() == pytest.approx(60.0 - allowance.reserve)
    clock.now = 160.001 - allowance.reserve
    assert allowance.seconds_left() == pytest.approx(0.0, abs=0.01)
    assert not allowance.may_ask(0)


def test_the_reserve_follows_what_the_tail_takes():
    allowance = Allowance(ManualClock(), 100.0, 60.0, None)
    before = allowance.reserve
    allowance.set_tail(2.0)
    assert allowance.reserve == pytest.approx(3.1)
    assert allowance.reserve > before
    allowance.set_tail(1000.0)
    assert allowance.reserve == pytest.approx(9.0)


def test_a_tiny_limit_keeps_most_of_its_time():
    assert Allowance(ManualClock(), 100.0, 0.1, None).seconds_left() >= 0.07


def test_without_a_limit_only_trials_count():
    allowance = Allowance(ManualClock(1e9), 0.0, None, 3)
    assert math.isinf(allowance.seconds_left())
    assert allowance.may_ask(2)
    assert not allowance.may_ask(3)
    assert allowance.share_used() == 0.0


def test_what_else_is_done_at_the_end_is_kept_back_too():
    plain = Allowance(ManualClock(), 100.0, 60.0, None)
    closing = Allowance(ManualClock(), 100.0, 60.0, None, closing_seconds=0.5)
    assert closing.reserve == pytest.approx(plain.reserve + 0.5)
    assert Allowance(ManualClock(), 100.0, 1.0, None, closing_seconds=0.5).reserve <= 0.15


@pytest.mark.parametrize(("tail", "grace"), [(0.1, 0.0), (1.0, 0.0), (2.0, 0.55), (4.0, 1.0)])
def test_a_long_reserve_leaves_time_for_late_results(tail: float, grace: float):
    allowance = Allowance(ManualClock(), 100.0, 60.0, None)
    allowance.set_tail(tail)
    assert allowance.grace == pytest.approx(grace)
    assert allowance.reserve - allowance.grace >= tail
    assert Allowance(ManualClock(), 100.0, None, 3).grace == 0.0
