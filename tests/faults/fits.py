"""Fits in which something fails, and checks of what they leave behind."""

from __future__ import annotations

import os
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from autoskl import AutoClassifier
from autoskl.core.errors import TrialFailureWarning
from autoskl.history.failures import failure_summary
from tests.execution.processes import descendants, still_alive

N_ROWS = 60


def table() -> tuple[Any, Any]:
    """Return a table whose classes a line separates fairly well."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N_ROWS, 3))
    return X, (X[:, 0] + 0.5 * rng.normal(size=N_ROWS) > 0).astype(int)


def fit(*families: str, **parameters: Any) -> tuple[AutoClassifier, list[str]]:
    """Return a fitted estimator and the warnings of the fit, each with its category."""
    X, y = table()
    given = {"n_trials": 2, "time_limit": None, "n_jobs": 1, "cv": 2, "search": "random"}
    given |= {"include": ["linear", *families], "random_state": 0} | parameters
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        fitted = AutoClassifier(**given).fit(X, y)
    return fitted, [f"{w.category.__name__}: {w.message}" for w in seen]


def check_model(fitted: AutoClassifier) -> None:
    """Check that there is a model, better than chance."""
    X, y = table()
    assert fitted.predict_proba(X).shape == (N_ROWS, 2)
    assert fitted.score(X, y) > 0.7


def check_reported(
    fitted: AutoClassifier, warned: list[str], family: str, status: str
) -> list[str]:
    """Check that failures of a family were reported once, and return their reasons."""
    of_family = fitted.failures_[fitted.failures_["model"] == family]
    assert set(of_family["status"]) == {status}
    assert len(warned) == 1
    assert warned[0].startswith(TrialFailureWarning.__name__)
    assert failure_summary(fitted.history_) in warned[0]
    assert family in warned[0]
    assert "failures_ has the reasons" in warned[0]
    return list(of_family["reason"])


@contextmanager
def nothing_left(places: list[Path]) -> Iterator[None]:
    """Check that a block leaves no process, thread, open file or file behind."""
    tempfile.gettempdir()
    processes, threads, files = descendants(), threading.active_count(), _open_files()
    yield
    assert still_alive(descendants() - processes) == []
    assert threading.active_count() == threads
    assert _open_files() - files == set()
    assert [path for place in places for path in place.iterdir()] == []


def _open_files() -> set[str]:
    """Files, pipes and sockets that this process holds open."""
    found = set()
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            found.add(f"{descriptor} {os.readlink(f'/proc/self/fd/{descriptor}')}")
        except OSError:  # the one for reading this folder
            continue
    return found
