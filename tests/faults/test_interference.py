"""What happens to processes and folders from outside costs units at most, never the fit."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.fits import check_model, check_told, fit, nothing_left
from tests.faults.interference import everything, killing, templates, workers

_SECONDS = 3.0


def test_workers_killed_again_and_again_cost_their_units(places: list[Path]) -> None:
    with nothing_left(places), killing(workers, times=3) as killed:
        fitted, told = fit("Slow", n_trials=4, n_jobs=2)
    assert len(killed) >= 3
    check_model(fitted)
    reasons = check_told(fitted, told, "Slow", "crashed")
    assert all("killed from outside" in reason for reason in reasons)


def test_the_death_of_the_template_costs_nothing(places: list[Path]) -> None:
    undisturbed, _ = fit("Slow", n_trials=4)
    with nothing_left(places), killing(templates, times=1) as killed:
        fitted, told = fit("Slow", n_trials=4, n_jobs=2)
    assert len(killed) == 1
    assert told == []
    assert fitted.ensemble_.weights == undisturbed.ensemble_.weights


def test_processes_killed_for_ever_leave_what_this_process_can_fit(places: list[Path]) -> None:
    with nothing_left(places), killing(everything, times=None) as killed:
        fitted, _ = fit("Slow", n_trials=None, n_jobs=2, time_limit=_SECONDS)
    assert killed
    check_model(fitted)


@contextmanager
def files_of_at_most(n_bytes: int) -> Iterator[None]:
    """Let no process write more into a file, as on a disk that is full or read-only."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("n_bytes", [0, 2000])
def test_without_room_on_any_disk_the_work_is_done_in_memory(
    places: list[Path], n_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, _ = fit("Knows", n_trials=4)
    monkeypatch.setattr("tempfile.tempdir", None)  # what it found writable no longer is
    with nothing_left(places), files_of_at_most(n_bytes):
        fitted, told = fit("Knows", n_trials=4, n_jobs=2)
    assert told == []
    check_model(fitted)
    assert fitted.ensemble_.weights == expected.ensemble_.weights
