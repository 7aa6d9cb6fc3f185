"""Stress conditions other than tables: sizes, processes, folders, clocks (25 and 32 to 37).

Families that crash, hang, print or meddle, full disks and killed processes (34, 36, 37) are in
`tests/faults`, Ctrl-C and SIGTERM (35) in `test_interrupts`, containers (32) in
`tests/execution/test_resources`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris

from autoskl import AutoClassifier
from autoskl.core.clock import monotonic
from autoskl.core.errors import ExecutionWarning
from autoskl.execution.resources import resolve_n_jobs
from autoskl.tables.encoder import RawTableEncoder
from tests.search.simulated import ManualClock
from tests.search.test_loop import make, make_dataset, search

X, Y = load_iris(return_X_y=True)

DAEMON = """
import multiprocessing
from sklearn.datasets import load_iris
from autoskl import AutoClassifier

X, y = load_iris(return_X_y=True)

def work(queue):
    model = AutoClassifier(
        n_trials=3, time_limit=None, n_jobs=2, random_state=0, include=["linear", "lightgbm"]
    )
    queue.put(float(model.fit(X, y).predict_proba(X).sum(axis=0)[0]))

context = multiprocessing.get_context("fork")
queue = context.Queue()
process = context.Process(target=work, args=(queue,), daemon=True)
process.start()
print(queue.get(timeout=100))
process.join()
"""


def fitted(**parameters: Any) -> AutoClassifier:
    given = {"n_trials": 3, "time_limit": None, "n_jobs": 2, "random_state": 0}
    return AutoClassifier(**{**given, "include": ["linear", "lightgbm"], **parameters}).fit(X, Y)


@pytest.fixture(scope="module")
def expected() -> Any:
    """Return the predictions of a model fitted under normal conditions."""
    return fitted(n_jobs=1).predict_proba(X)


def test_a_million_rows_are_not_copied_and_a_subset_is_fitted_first() -> None:
    dataset = make_dataset(n_rows=1_000_000)
    table = dataset.X.astype(np.float32)
    assert np.shares_memory(RawTableEncoder().fit_transform(table), table)
    plan, _ = make(dataset=dataset, time_limit=60.0)
    assert plan.ladder.rungs[0].fidelity.rows <= 0.02
    proposal = plan.proposals.ask()
    assert proposal is not None
    assert plan.fidelity(proposal).rows <= 0.02
    assert len(plan.folds.test(0)) == 25_000


def test_more_workers_than_cores(expected: Any) -> None:
    n_jobs = (os.cpu_count() or 1) + 1
    np.testing.assert_array_equal(fitted(n_jobs=n_jobs).predict_proba(X), expected)


def test_n_jobs_counts_the_cores_of_the_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autoskl.execution.resources.available_cores", lambda: 3)
    assert [resolve_n_jobs(n) for n in (None, -1, -2, -9)] == [3, 3, 2, 1]


def test_in_a_thread(expected: Any) -> None:
    found = []
    thread = threading.Thread(target=lambda: found.append(fitted().predict_proba(X)))
    thread.start()
    thread.join()
    np.testing.assert_array_equal(found[0], expected)


def test_in_a_daemonic_process_of_a_script_without_a_main_guard(
    expected: Any, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(DAEMON)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) == expected.sum(axis=0)[0]


def test_trials_run_in_process_if_no_process_can_start(
    expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoskl.execution.local_workers.can_start_workers", lambda: False)
    with pytest.warns(ExecutionWarning, match="Worker processes cannot be used here") as caught:
        model = fitted()
    assert [warning.filename for warning in caught] == [__file__]
    np.testing.assert_array_equal(model.predict_proba(X), expected)


def test_without_a_home_directory(expected: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nowhere/at/all")
    np.testing.assert_array_equal(fitted().predict_proba(X), expected)


def test_a_machine_suspended_past_the_time_limit_returns_a_model() -> None:
    clock = ManualClock()
    plan, executor = make(clock, time_limit=1000.0)
    wait, waits = executor.wait, []

    def sleeping(timeout: float | None = None) -> Any:
        waits.append(timeout)
        if len(waits) == 10:
            clock.now += 36_000.0
        return wait(timeout)

    executor.wait = sleeping
    loop = search(plan, executor)
    assert loop.reason == "time"
    assert len(waits) <= 11
    assert plan.ensembling.weights.keys() - {0}


def test_the_wall_clock_may_be_changed(expected: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert monotonic is time.monotonic
    jumps = iter(range(10**9))
    monkeypatch.setattr(time, "time", lambda: 1e9 * (-1) ** next(jumps))
    np.testing.assert_array_equal(fitted().predict_proba(X), expected)
