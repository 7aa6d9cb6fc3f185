"""What the main process fits while the workers get ready."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from autoskl.core.configuration import Configuration
from autoskl.core.trial import Trial, Unit
from autoskl.search.loop import Loop
from autoskl.search.main_process_fits import fits_in_main, may_fit_in_main
from tests.search.simulated import ManualClock, SimulatedExecutor
from tests.search.test_loop import make


@dataclass
class SlowToStart(SimulatedExecutor):
    """Workers that are not there when they are looked for the first few times."""

    looks: int = 3

    @property
    def ready(self) -> bool:
        self.looks -= 1
        return self.looks < 0


def unit(family: str, *folds: int) -> Unit:
    return Unit(Trial(9, Configuration({"model": family})), folds or (0,))


def test_quick_models_are_fitted_here_until_the_workers_are_ready():
    clock = ManualClock(time.monotonic())
    plan, _ = make(clock, time_limit=300.0, n_trials=6, include=["lightgbm", "linear"])
    executor = SlowToStart(clock)
    Loop(plan).run(executor)
    sent = {(u.trial.number, fold) for _, u in executor.started for fold in u.folds}
    here = {
        (record.trial.number, result.fold)
        for record, result in plan.history.results
        if record.name == "lightgbm" and (record.trial.number, result.fold) not in sent
    }
    assert len(here) == 3
    assert len(executor.started) >= executor.slots
    assert plan.history.n_failed == 0


def test_only_what_is_small_and_stops_by_itself_is_fitted_here():
    plan, _ = make(time_limit=60.0)
    assert fits_in_main(plan, unit("lightgbm"))
    assert not fits_in_main(plan, unit("lightgbm", 0, 1))
    assert not fits_in_main(plan, unit("kernel_svm"))
    assert not fits_in_main(replace(plan, first_in_main=False), unit("lightgbm"))


def test_without_a_clock_or_after_long_nothing_is_fitted_here():
    clock = ManualClock()
    assert not may_fit_in_main(make(clock, n_trials=3)[0])
    plan, _ = make(clock, time_limit=60.0)
    assert may_fit_in_main(plan)
    clock.now += 10.0
    assert not may_fit_in_main(plan)
