"""Processes killed and disks full during a fit: units may fail, the fit does not."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.fits import check_model, check_reported, fit, nothing_left
from tests.faults.interference import everything, killing, templates, workers

_SECONDS = 3.0


def test_workers_killed_repeatedly_fail_their_units_only(places: list[Path]) -> None:
    with nothing_left(places), killing(workers, times=3) as killed:
        fitted, warned = fit("Slow", n_trials=4, n_jobs=2)
    assert len(killed) >= 3
    check_model(fitted)
    reasons = check_reported(fitted, warned, "Slow", "crashed")
    assert all("killed from outside" in reason for reason in reasons)


def test_the_death_of_the_template_changes_nothing(places: list[Path]) -> None:
    undisturbed, _ = fit("Slow", n_trials=4)
    with nothing_left(places), killing(templates, times=1) as killed:
        fitted, warned = fit("Slow", n_trials=4, n_jobs=2)
    assert len(killed) == 1
    assert warned == []
    assert fitted.ensemble_.weights == undisturbed.ensemble_.weights


def test_models_are_fitted_in_this_process_if_all_others_are_always_killed(
    places: list[Path],
) -> None:
    with nothing_left(places), killing(everything, times=None) as killed:
        fitted, _ = fit("Slow", n_trials=None, n_jobs=2, time_limit=_SECONDS)
    assert killed
    check_model(fitted)


@contextmanager
def files_of_at_most(n_bytes: int) -> Iterator[None]:
    """Limit the size of files, as on a disk that is full or read-only."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("n_bytes", [0, 2000])
def test_models_stay_in_memory_if_all_disks_are_full(
    places: list[Path], n_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, _ = fit("Knows", n_trials=4)
    monkeypatch.setattr("tempfile.tempdir", None)  # found writable before, but no longer
    with nothing_left(places), files_of_at_most(n_bytes):
        fitted, warned = fit("Knows", n_trials=4, n_jobs=2)
    assert warned == []
    check_model(fitted)
    assert fitted.ensemble_.weights == expected.ensemble_.weights
