from __future__ import annotations

import pytest

from autoskl.search import result_tables
from autoskl.search.result_tables import TablesTimer
from tests.search.simulated import ManualClock


@pytest.fixture
def made(monkeypatch):
    """Tables that take two seconds of the clock; returns the clock and when they were made."""
    clock, moments = ManualClock(0.0), []

    def make_result_tables(plan):
        moments.append(clock.now)
        clock.now += 2.0

    monkeypatch.setattr(result_tables, "make_result_tables", make_result_tables)
    return clock, moments


def test_the_time_that_the_tables_take_is_measured(made):
    clock, _ = made
    measured = TablesTimer(clock)
    assert measured.seconds == 0.0
    measured.measure(None)
    assert measured.seconds == 2.0


def test_measuring_takes_its_share_of_the_time_at_most(made):
    clock, moments = made
    measured = TablesTimer(clock)
    for _ in range(100):
        measured.measure(None)
        clock.now += 10.0
    assert len(moments) * 2.0 <= 0.011 * clock.now + 2.0
    assert len(moments) > 3
