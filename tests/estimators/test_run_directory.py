"""Runs that are killed repeatedly and resumed each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import fbeta_score, make_scorer

from autoskl import AutoClassifier
from autoskl.core.errors import ResumeMismatchError
from autoskl.history.journal import read_journal

FAMILIES = ["linear", "k_nearest_neighbors", "hist_gradient_boosting"]

SCRIPT = f"""
import sys
import numpy as np
from sklearn.datasets import load_iris
from autoskl import AutoClassifier

X, y = load_iris(return_X_y=True)
model = AutoClassifier(
    n_trials=int(sys.argv[3]), time_limit=None, random_state=0, n_jobs=2, run_directory=sys.argv[1],
    include={FAMILIES},
).fit(X, y)
np.save(sys.argv[2], model.predict_proba(X))
"""


def n_lines(run: Path) -> int:
    return len(read_journal(run / "journal"))


def run_until(n_more: float, n_trials: int, run: Path, output: Path) -> bool:
    """Run the script and kill it after so many more lines; return whether it finished."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    start = n_lines(run)
    command = [sys.executable, "-c", SCRIPT, run, output, str(n_trials)]
    with subprocess.Popen(command, env=environment) as process:
        while process.poll() is None:
            if n_lines(run) - start >= n_more:
                process.kill()
                break
            try:
                process.wait(timeout=0.01)
            except subprocess.TimeoutExpired:
                continue
    assert process.returncode in (0, -9)
    return process.returncode == 0


@pytest.mark.parametrize(
    ("n_kills", "n_trials"), [(1, 2), pytest.param(20, 8, marks=pytest.mark.slow)]
)
def test_a_fit_killed_at_random_times_resumes_to_the_same_result(n_kills, n_trials, tmp_path):
    rng = np.random.default_rng(n_kills)
    run, output = tmp_path / "run", tmp_path / "predictions.npy"
    # Few lines each time, so that many sessions are needed.
    most = max(3, 10 * n_trials // n_kills)
    kills = sum(not run_until(rng.integers(1, most), n_trials, run, output) for _ in range(n_kills))
    assert kills > n_kills // 2
    assert run_until(np.inf, n_trials, run, output)
    entries = read_journal(run / "journal")
    done = [(e["number"], d["fold"]) for e in entries if e["kind"] == "unit" for d in e["results"]]
    assert len(done) == len(set(done))
    assert (
        len({e["number"] for e in entries if e["kind"] == "trial"}) == 1 + n_trials
    )  # with the constant
    X, y = load_iris(return_X_y=True)
    one_session = AutoClassifier(
        n_trials=n_trials, time_limit=None, random_state=0, n_jobs=1, include=FAMILIES
    ).fit(X, y)
    np.testing.assert_array_equal(np.load(output), one_session.predict_proba(X))


def quick(run, **parameters):
    parameters = {"n_trials": 2, "random_state": 0, "include": FAMILIES[:2], **parameters}
    return AutoClassifier(time_limit=None, n_jobs=1, run_directory=run, **parameters)


def test_the_same_call_returns_the_same_model_at_once(tmp_path):
    X, y = load_iris(return_X_y=True)
    first = quick(tmp_path, random_state=None).fit(X, y)
    before = (tmp_path / "journal").read_bytes()
    again = quick(str(tmp_path), random_state=None).fit(X, y)
    assert (tmp_path / "journal").read_bytes() == before
    np.testing.assert_array_equal(again.predict_proba(X), first.predict_proba(X))
    assert again.best_score_ == first.best_score_
    assert again.leaderboard_.equals(first.leaderboard_)
    assert again.history_.to_rows() == first.history_.to_rows()


def test_resuming_with_other_data_is_rejected(tmp_path):
    X, y = load_iris(return_X_y=True)
    quick(tmp_path, n_trials=1).fit(X, y)
    with pytest.raises(ResumeMismatchError, match=r"other data \(y differ"):
        quick(tmp_path, n_trials=1).fit(X, y % 2)
    with pytest.raises(ResumeMismatchError, match=r"other data \(groups differ"):
        quick(tmp_path, n_trials=1).fit(X, y, groups=np.arange(150) // 5)


def test_nothing_is_written_without_run_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    quick(None, n_trials=1).fit(*load_iris(return_X_y=True))
    assert list(tmp_path.iterdir()) == []


def test_damaged_models_of_the_same_size_are_refitted(tmp_path):
    X, y = load_iris(return_X_y=True)
    expected = quick(tmp_path).fit(X, y).predict_proba(X)
    models = list((tmp_path / "models").iterdir())
    assert models
    for path in models:
        path.write_bytes(bytes(path.stat().st_size))
    np.testing.assert_array_equal(quick(tmp_path).fit(X, y).predict_proba(X), expected)


def test_another_scorer_of_the_same_name_is_rejected(tmp_path):
    X, y = load_iris(return_X_y=True)
    X, y = X[:100], y[:100]
    quick(tmp_path, scoring=make_scorer(fbeta_score, beta=2)).fit(X, y)
    with pytest.raises(ResumeMismatchError, match="another scoring"):
        quick(tmp_path, scoring=make_scorer(fbeta_score, beta=0.5)).fit(X, y)
    quick(tmp_path, scoring=make_scorer(fbeta_score, beta=2)).fit(X, y)
