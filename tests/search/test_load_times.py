from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from autoskl.history.history import History
from autoskl.search.load_times import LoadTimes
from tests.search.records import make_record
from tests.search.simulated import ManualClock


@dataclass(eq=False)
class SlowModel:
    """A reference to a fitted model that takes a while to be read."""

    clock: ManualClock
    seconds: float
    size: int
    reads: int = 0

    def load(self) -> object:
        self.reads += 1
        self.clock.now += self.seconds
        return object()


class Importing(SlowModel):
    """The first time, a package is imported that takes a hundred times as long."""

    def load(self) -> object:
        self.clock.now += 0.0 if self.reads else 100 * self.seconds
        return super().load()


class Lost(SlowModel):
    def load(self) -> object:
        raise FileNotFoundError("gone")


def history_of(*models: SlowModel) -> History:
    """Return a history whose trials have two folds, each with a model like the one given."""
    history = History()
    for number, model in enumerate(models):
        record = make_record(number, {0: 0.5, 1: 0.6})
        history.add_trial(record.trial)
        for result in record.folds.values():
            history.add_result(record.trial, replace(result, model=replace(model)))
    return history


def test_all_models_take_as_long_as_the_one_that_was_read():
    clock = ManualClock()
    history = history_of(SlowModel(clock, 0.5, 10**6))
    times = LoadTimes(clock)
    times.measure(history, [0])
    assert times.predict(history, [0]) == pytest.approx(1.2 * 2 * 0.5)
    before = clock.now
    times.measure(history, [0])
    assert clock.now == before


@pytest.mark.parametrize(("seconds", "size", "reads"), [(0.5, 50 * 10**6, 1), (0.01, 10**6, 2)])
def test_a_large_model_is_read_once_and_a_quick_one_twice(seconds, size, reads):
    clock = ManualClock()
    history = history_of(SlowModel(clock, seconds, size))
    LoadTimes(clock).measure(history, [0])
    first = history.record(0).folds[0].model
    assert first.reads == reads


def test_imports_are_no_part_of_what_reading_takes():
    clock = ManualClock()
    history = history_of(Importing(clock, 0.01, 10**6))
    times = LoadTimes(clock)
    times.measure(history, [0])
    assert times.predict(history, [0]) == pytest.approx(1.2 * 2 * 0.01)


def test_a_small_model_says_little_about_a_large_one():
    clock = ManualClock()
    history = history_of(SlowModel(clock, 1e-4, 500), SlowModel(clock, 1.0, 10**8))
    times = LoadTimes(clock)
    times.measure(history, [0])
    assert times.predict(history, [1]) == pytest.approx(1.2 * 2 * 10**8 * 1e-8)


def test_what_was_not_measured_is_as_slow_as_the_slowest_and_is_not_read():
    clock = ManualClock()
    history = history_of(SlowModel(clock, 0.5, 10**6), SlowModel(clock, 9.0, 2 * 10**6))
    times = LoadTimes(clock)
    times.measure(history, [0])
    before = clock.now
    assert times.predict(history, [1]) == pytest.approx(2 * times.predict(history, [0]))
    assert clock.now == before
    unknown = LoadTimes(clock).predict(history, [0])
    assert unknown == pytest.approx(1.2 * 2 * 10**6 * 1e-8)


def test_a_model_that_cannot_be_read_has_failed():
    clock = ManualClock()
    history = history_of(Lost(clock, 0.0, 10))
    LoadTimes(clock).measure(history, [0])
    assert "could not be read back" in history.failures[0][1].reason
