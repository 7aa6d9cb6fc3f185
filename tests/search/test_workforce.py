"""How the cores are shared out between workers and threads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.core.trial import Trial
from autoskl.search.settings import Settings
from autoskl.search.workforce import LARGE_CELLS, WIDE_CELLS, Workforce, choose_workforce
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset

COLUMNS = 1_000


def workforce(n_cells: int, n_jobs: int, **settings: Any) -> Workforce:
    n_rows = n_cells // COLUMNS
    X = np.broadcast_to(np.float32(0), (n_rows, COLUMNS))  # takes no memory
    columns = tuple(Column(f"f{j}", Kind.NUMERIC) for j in range(COLUMNS))
    y = np.arange(n_rows) % 2
    dataset = Dataset(X=X, y=y, columns=columns, task=Task.BINARY, n_classes=2)
    metric = resolve_scoring(None, Task.BINARY, np.array([0, 1]))
    return choose_workforce(
        Settings(metric=metric, started=0.0, n_jobs=n_jobs, **settings), dataset
    )


def trial(share: float) -> Trial:
    return Trial(1, Configuration({"model": "linear"}), Fidelity(share), origin="test")


@pytest.mark.parametrize("n_jobs", [1, 2, 16])
def test_a_small_table_has_a_worker_for_each_core(n_jobs: int) -> None:
    found = workforce(WIDE_CELLS, n_jobs, time_limit=60.0)
    assert (found.n_workers, found.threads(trial(1.0)), found.saves_memory) == (n_jobs, 1, False)


def test_a_fit_on_many_cells_has_all_cores_to_itself() -> None:
    found = workforce(2 * WIDE_CELLS, 8, time_limit=60.0)
    assert found.n_workers == 8
    assert (found.threads(trial(1.0)), found.runs_alone(trial(1.0))) == (8, True)
    assert (found.threads(trial(0.25)), found.runs_alone(trial(0.25))) == (1, False)


@pytest.mark.parametrize(
    ("n_jobs", "n_workers", "threads"), [(1, 1, 1), (2, 1, 2), (4, 1, 4), (5, 2, 2), (16, 4, 4)]
)
def test_a_large_table_has_fewer_workers_with_more_threads(
    n_jobs: int, n_workers: int, threads: int
) -> None:
    found = workforce(LARGE_CELLS + COLUMNS, n_jobs, time_limit=60.0)
    assert (found.n_workers, found.threads(trial(0.1))) == (n_workers, threads)
    assert not found.runs_alone(trial(0.1))
    assert found.threads(trial(1.0)) == n_jobs
    assert found.runs_alone(trial(1.0)) == (n_jobs > threads)
    assert found.saves_memory == (n_workers == 1)


@pytest.mark.parametrize(("n_jobs", "n_trials", "n_workers"), [(1, 9, 0), (8, 1, 0), (8, 9, 8)])
def test_without_a_clock_every_fit_has_one_thread(
    n_jobs: int, n_trials: int, n_workers: int
) -> None:
    found = workforce(LARGE_CELLS + COLUMNS, n_jobs, time_limit=None, n_trials=n_trials)
    assert (found.n_workers, found.threads(trial(1.0)), found.saves_memory) == (n_workers, 1, False)


@pytest.mark.parametrize(("n_jobs", "n_trials", "n_workers"), [(1, 9, 1), (8, 1, 1), (8, 9, 8)])
def test_a_limited_fit_has_a_worker_that_can_be_killed(
    n_jobs: int, n_trials: int, n_workers: int
) -> None:
    settings = {"time_limit": None, "n_trials": n_trials, "trial_time_limit": 0.5}
    found = workforce(WIDE_CELLS, n_jobs, **settings)
    assert (found.n_workers, found.threads(trial(1.0))) == (n_workers, 1)


def test_second_threads_are_worth_less_than_first_ones() -> None:
    found = workforce(LARGE_CELLS + COLUMNS, 2, time_limit=60.0)
    assert 1.0 < found.speedup(trial(1.0)) < 2.0
