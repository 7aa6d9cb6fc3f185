"""Trials for which memory was too short: written down, and tried again under another limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from autoskl.core.result import Status
from autoskl.history.journal import Journal, read_journal
from autoskl.history.run_view import RunView, view_run
from autoskl.search.plan import Plan
from tests.search.simulated import SimulatedExecutor
from tests.search.test_loop import make_dataset
from tests.search.test_recording import cut, outcome, session

LARGE, SMALL = 100 * 2**30, 1
UNTIMED, TIMED = {"n_trials": 3}, {"n_trials": None, "time_limit": 8.0}


def run(
    path: Path | None, limit: int | None, *, given: bool = True, **settings
) -> tuple[Plan, SimulatedExecutor]:
    return session(
        path,
        dataset=make_dataset(n_rows=60),
        include=["linear", "random_forest"],
        memory_limit=limit,
        memory_is_given=given,
        **settings,
    )


def sessions(path: Path) -> int:
    return sum(entry["kind"] == "session" for entry in read_journal(path / "journal"))


def refused(plan: Plan | RunView) -> set[str]:
    return {record.name for record, _ in plan.history.failures}


@pytest.mark.parametrize("settings", [UNTIMED, TIMED])
def test_a_run_with_refused_trials_is_finished_and_shows_them(tmp_path, settings):
    first, _ = run(tmp_path, SMALL, **settings)
    again, _ = run(tmp_path, SMALL, **settings)
    assert sessions(tmp_path) == 1
    assert outcome(again) == outcome(first)
    view = view_run(tmp_path)
    assert view.history.n_failed == first.history.n_failed > 0
    assert refused(view) == {"linear", "random_forest"}


@pytest.mark.parametrize("settings", [UNTIMED, TIMED])
@pytest.mark.parametrize(("limit", "given"), [(LARGE, True), (LARGE, False), (None, False)])
def test_another_limit_tries_them_again(tmp_path, settings, limit, given):
    run(tmp_path, SMALL, **settings)
    plan, _ = run(tmp_path, limit, given=given, **settings)
    assert sessions(tmp_path) == 2
    assert not plan.history.failures
    assert plan.history.record(1).ok_folds
    assert plan.history.record(2).ok_folds
    assert not view_run(tmp_path).history.failures
    again, _ = run(tmp_path, limit, given=given, **settings)
    assert sessions(tmp_path) == 2
    assert outcome(again) == outcome(plan)


def test_without_them_another_limit_is_the_same_call(tmp_path):
    run(tmp_path, 2 * LARGE, **UNTIMED)
    run(tmp_path, LARGE, **UNTIMED)
    assert sessions(tmp_path) == 1


def test_resumed_after_any_entry_they_are_written_once(tmp_path):
    whole, _ = run(tmp_path / "whole", SMALL, **UNTIMED)
    entries = read_journal(tmp_path / "whole" / "journal")
    for n_entries in range(1 + len(entries)):
        cut(tmp_path / "whole", tmp_path / "cut", n_entries)
        plan, _ = run(tmp_path / "cut", SMALL, **UNTIMED)
        assert outcome(plan) == outcome(whole)
        units = [e for e in read_journal(tmp_path / "cut" / "journal") if e["kind"] == "unit"]
        assert len(units) == len([e for e in entries if e["kind"] == "unit"])


def test_a_fit_that_was_killed_is_tried_again_under_an_automatic_limit(tmp_path):
    def killed(unit):
        return Status.MEMORY if unit.trial.number == 2 else None

    first, _ = run(tmp_path, LARGE, given=False, fails=killed, **UNTIMED)
    assert first.history.failures
    finished, _ = run(tmp_path, 2 * LARGE, given=False, **UNTIMED)
    assert outcome(finished) == outcome(first)
    longer, _ = run(tmp_path, LARGE, given=False, n_trials=4)
    assert not longer.history.failures


def as_earlier_versions_wrote_it(path: Path) -> None:
    """Remove refused trials and memory limits from a journal."""
    journal = Journal(path / "journal")
    entries = [dict(entry) for entry in journal.entries]
    journal.clear()
    for entry in entries:
        entry.pop("memory_limit", None)
        if entry["kind"] != "unit" or entry["results"][0]["status"] != "memory":
            journal.append(entry)
    journal.close()


@pytest.mark.parametrize("settings", [UNTIMED, TIMED])
def test_a_journal_of_an_earlier_version_goes_on_and_then_is_finished(tmp_path, settings):
    run(tmp_path, SMALL, **settings)
    as_earlier_versions_wrote_it(tmp_path)
    assert not view_run(tmp_path).history.failures
    for _ in range(2):  # the second call gets the finished model
        plan, _ = run(tmp_path, SMALL, **settings)
        assert refused(plan) == {"linear", "random_forest"}
        assert sessions(tmp_path) == 2
