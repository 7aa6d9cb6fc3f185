"""Runs that go on after their process has died, on a clock that the test owns."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from autoskl.core.errors import RecordWarning, ResumeMismatchError
from autoskl.core.result import Status
from autoskl.evaluation.folds import Folds
from autoskl.history.append_only import AppendOnlyFile
from autoskl.history.journal import read_journal
from autoskl.history.run_directory import RunDirectory
from autoskl.optimizers import BOHB, SMAC
from autoskl.search.earlier_sessions import read_earlier_sessions
from autoskl.search.loop import Loop
from autoskl.search.plan import Plan
from autoskl.search.recording import Recording, _call
from tests.search.simulated import ManualClock, SimulatedExecutor
from tests.search.test_loop import EarlyStopping, make, make_dataset

N_TRIALS = 5


def session(
    path: Path | None, n_slots: int = 2, fails=lambda unit: None, **settings
) -> tuple[Plan, SimulatedExecutor]:
    """Run a search to its end, written down in a folder."""
    dataset = settings.pop("dataset", None) or make_dataset(n_rows=60)
    settings = {"n_trials": N_TRIALS, **settings}
    plan, executor = make(run_directory=path, dataset=dataset, **settings)
    executor.slots = n_slots
    executor.__post_init__()
    executor.seconds = lambda unit: 0.1 + unit.trial.number % 3
    executor.fails = fails
    with Recording(path) as recording:
        recording.begin(plan)
        Loop(plan, recording).run(executor)
    return plan, executor


def outcome(plan: Plan) -> object:
    """Everything that a user sees of a search, times apart."""
    rows = [
        {k: v for k, v in row.items() if not k.endswith("seconds")}
        for row in plan.history.to_rows()
    ]
    return rows, plan.ensembling.weights, plan.ensembling.cross_fitted_loss


def places(entries: list[dict]) -> list[tuple[int, int]]:
    return [(e["number"], d["fold"]) for e in entries if e["kind"] == "unit" for d in e["results"]]


def cut(source: Path, target: Path, n_entries: int) -> list[dict]:
    """Copy a run as it was when its process died after so many entries."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    lines = (source / "journal").read_bytes().splitlines(keepends=True)
    torn = lines[n_entries][:-5] if n_entries < len(lines) else b""
    (target / "journal").write_bytes(b"".join(lines[:n_entries]) + torn)
    return read_journal(target / "journal")


def crashing(unit) -> Status | None:
    return Status.CRASHED if unit.trial.number == 3 else None


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run of one session, in full, in which a trial failed."""
    path = tmp_path_factory.mktemp("whole")
    plan, _ = session(path, fails=crashing)
    return path, outcome(plan)


def test_writing_down_changes_nothing(whole):
    plan, _ = session(None, fails=crashing)
    assert outcome(plan) == whole[1]


def check_resumed(whole, tmp_path: Path, n_entries: int) -> None:
    kept = cut(whole[0], tmp_path / "cut", n_entries)
    plan, executor = session(tmp_path / "cut", n_slots=1 + n_entries % 3, fails=crashing)
    assert outcome(plan) == whole[1]
    done = set(places(kept))
    assert not done & {(u.trial.number, fold) for _, u in executor.started for fold in u.folds}
    written = places(read_journal(tmp_path / "cut" / "journal"))
    assert len(written) == len(set(written))
    assert sorted(written) == sorted(places(read_journal(whole[0] / "journal")))


def test_resumed_after_any_entry_it_equals_the_run_of_one_session(whole, tmp_path):
    n_entries = len(read_journal(whole[0] / "journal"))
    assert n_entries > 30
    for kept in range(0, n_entries + 1, 11):
        check_resumed(whole, tmp_path, kept)


@pytest.mark.slow
def test_resumed_after_every_single_entry(whole, tmp_path):
    for kept in range(1 + len(read_journal(whole[0] / "journal"))):
        check_resumed(whole, tmp_path, kept)


def test_a_larger_number_of_trials_equals_a_run_of_that_number(whole, tmp_path):
    expected, _ = session(None, n_trials=N_TRIALS + 2)
    small, _ = session(tmp_path / "run")
    large, executor = session(tmp_path / "run", n_trials=N_TRIALS + 2)
    assert outcome(large) == outcome(expected)
    before = {(r.trial.number, f.fold) for r, f in small.history.results}
    assert not before & {(u.trial.number, f) for _, u in executor.started for f in u.folds}


def test_the_same_call_gives_the_finished_model_at_once(whole, tmp_path):
    cut(whole[0], tmp_path / "again", 10**6)
    size = (tmp_path / "again" / "journal").stat().st_size
    plan, executor = session(tmp_path / "again", fails=crashing)
    assert outcome(plan) == whole[1]
    assert not executor.started
    assert (tmp_path / "again" / "journal").stat().st_size == size


def known(path: Path, folds: Folds) -> object:
    """What the next session would begin with."""
    directory = RunDirectory(path)
    earlier = read_earlier_sessions(directory, folds)
    directory.close()
    return earlier.trials, sorted(earlier.results), earlier.patience, earlier.damaged


def test_cut_at_every_byte_of_the_last_entries_the_next_session_knows_those_before(whole, tmp_path):
    folds = make(dataset=make_dataset(n_rows=60))[0].folds
    path = tmp_path / "cut"
    cut(whole[0], path, 10**6)
    content = (path / "journal").read_bytes()
    lines = content.splitlines(keepends=True)
    units = [i for i, line in enumerate(lines) if b'"unit"' in line]
    for last in range(units[-2], units[-1] + 1):
        before = b"".join(lines[:last])
        (path / "journal").write_bytes(before)
        expected = known(path, folds)
        for n_bytes in range(len(lines[last])):
            (path / "journal").write_bytes(before + lines[last][:n_bytes])
            assert known(path, folds) == expected
            assert (path / "journal").read_bytes() == before


def test_predictions_cut_at_every_byte_cost_the_result_that_they_belong_to(whole, tmp_path):
    folds = make(dataset=make_dataset(n_rows=60))[0].folds
    path = tmp_path / "cut"
    entries = cut(whole[0], path, 10**6)
    trials, places_before, *_ = known(path, folds)
    results = [d for e in entries if e["kind"] == "unit" for d in e["results"]]
    last = max(d["predictions"]["start"] for d in results if d["predictions"])
    content = (path / "predictions").read_bytes()
    for n_bytes in range(last, len(content)):
        (path / "predictions").write_bytes(content[:n_bytes])
        now, places_now, _, damaged = known(path, folds)
        assert damaged
        assert now == trials
        assert len(places_now) == len(places_before) - 1


def test_damaged_predictions_are_made_again(whole, tmp_path):
    cut(whole[0], tmp_path / "cut", 10**6)
    path = tmp_path / "cut" / "predictions"
    path.write_bytes(path.read_bytes()[:-8])
    plan, executor = session(tmp_path / "cut", fails=crashing)
    assert outcome(plan) == whole[1]
    assert len(executor.started) == 1


def test_with_a_clock_it_goes_on_from_the_results(tmp_path):
    clock = ManualClock()
    first, _ = session(tmp_path / "run", n_trials=None, time_limit=8.0, clock=clock)
    done = {(r.trial.number, f.fold) for r, f in first.history.results}
    cut(tmp_path / "run", tmp_path / "cut", 14)
    kept = set(places(read_journal(tmp_path / "cut" / "journal")))
    assert kept < done
    second, executor = session(tmp_path / "cut", n_trials=None, time_limit=20.0, clock=clock)
    assert clock.now > 1000.0 + 8.0 + 15.0  # the limit counts anew
    started = {(u.trial.number, fold) for _, u in executor.started for fold in u.folds}
    assert not kept & started
    again = {(r.trial.number, f.fold): f.losses for r, f in second.history.results}
    assert kept < again.keys()
    asked = [r.trial.configuration for r in second.history.records]
    assert len(asked) == len(set(asked))
    assert [r.trial.number for r in second.history.records] == list(range(len(asked)))


def test_folds_that_the_time_cut_short_are_fitted_again(tmp_path):
    plan, simulated = make(
        run_directory=tmp_path, dataset=make_dataset(n_rows=60), n_trials=None, time_limit=8.0
    )
    executor = EarlyStopping(simulated.clock, out_of_time=True)
    with Recording(tmp_path) as recording:
        recording.begin(plan)
        Loop(plan, recording).run(executor)
    written = places(read_journal(tmp_path / "journal"))
    spoilt = set(written) - {(r.trial.number, f.fold) for r, f in plan.history.results}
    assert spoilt
    second, executor = session(tmp_path, n_trials=None, time_limit=60.0)
    results = [result for _, result in second.history.results]
    assert not any(result.out_of_time for result in results)
    started = {(u.trial.number, fold) for _, u in executor.started for fold in u.folds}
    assert spoilt & started


def test_another_optimizer_is_another_call(whole, tmp_path):
    settings = make(search=SMAC)[0].settings
    calls = [
        _call(replace(settings, search=search))
        for search in (SMAC, BOHB, partial(SMAC, n_trees=5), partial(SMAC, n_trees=6), "smac")
    ]
    assert all(call != other for call, other in combinations(calls, 2))
    assert _call(settings) == _call(replace(settings, search=SMAC))


def test_patience_goes_on_counting(tmp_path):
    settings = {"n_trials": None, "time_limit": 1000.0, "patience": 6}
    session(tmp_path / "run", **settings)
    entries = read_journal(tmp_path / "run" / "journal")
    assert entries[-1]["reason"] == "patience"
    last = max(i for i, entry in enumerate(entries) if entry.get("n_stale") == 4)
    cut(tmp_path / "run", tmp_path / "cut", last + 1)
    session(tmp_path / "cut", **settings)
    resumed = read_journal(tmp_path / "cut" / "journal")
    assert resumed[-1]["reason"] == "patience"
    counts = [e["n_stale"] for e in resumed[last + 1 :] if e["kind"] == "patience"]
    assert counts[0] in (0, 4, 5)  # a better ensemble, no complete trial, or one more
    assert counts[-1] == 6
    if 0 not in counts:
        assert len(counts) <= 3


def test_spent_patience_starts_nothing_more(tmp_path):
    settings = {"n_trials": None, "patience": 3}
    session(tmp_path / "run", time_limit=1000.0, **settings)
    plan, executor = session(tmp_path / "run", time_limit=2000.0, **settings)
    assert not executor.started
    assert plan.history.has_model


def test_a_trial_that_was_only_asked_is_run(tmp_path):
    session(tmp_path / "run", n_trials=None, time_limit=8.0)
    entries = read_journal(tmp_path / "run" / "journal")
    last = max(i for i, entry in enumerate(entries) if entry["kind"] == "trial")
    cut(tmp_path / "run", tmp_path / "cut", last + 1)
    plan, executor = session(tmp_path / "cut", n_trials=None, time_limit=20.0)
    assert entries[last]["number"] in {unit.trial.number for _, unit in executor.started[:5]}
    assert plan.history.record(entries[last]["number"]).folds


def test_without_a_seed_of_the_users_the_run_keeps_its_own(tmp_path):
    first, _ = session(tmp_path / "run", seed=3, seed_is_given=False)
    with Recording(tmp_path / "run") as recording:
        settled = recording.restore_seed(replace(first.settings, seed=99))
    assert settled.seed == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dataset": make_dataset(n_rows=60, seed=1)}, r"other data \(X, y differ\)\. Repeat"),
        ({"dataset": make_dataset(n_rows=61)}, r"other data \(X, y differ\)"),
        ({"include": ["linear"]}, "another search space"),
        ({"seed": 5}, "another random_state"),
        ({"cv": 3}, "other folds"),
    ],
)
def test_what_belongs_to_something_else_is_refused(whole, changes, message):
    with pytest.raises(ResumeMismatchError, match=message):
        session(whole[0], **changes)


def test_another_major_version_is_refused(whole, monkeypatch):
    monkeypatch.setattr("autoskl.search.fingerprint.VERSION", "7.1")
    with pytest.raises(ResumeMismatchError, match=r"written by autoskl .* this is 7\.1"):
        session(whole[0])


def test_weights_are_data(whole):
    dataset = make_dataset(n_rows=60)
    weighted = replace(dataset, fit_weight=np.arange(60.0), score_weight=np.arange(60.0))
    with pytest.raises(ResumeMismatchError, match="weights"):
        session(whole[0], dataset=weighted)


def test_a_full_disk_ends_the_recording_with_one_warning(whole, tmp_path, monkeypatch):
    write, left = AppendOnlyFile.write, [12_000]

    def until_full(self, data):
        if left[0] < len(data):
            write(self, data[: left[0]])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= len(data)
        return write(self, data)

    with monkeypatch.context() as patch:
        patch.setattr(AppendOnlyFile, "write", until_full)
        with pytest.warns(RecordWarning, match="No space left") as caught:
            plan, _ = session(tmp_path / "run", fails=crashing)
    assert [w.filename for w in caught if w.category is RecordWarning] == [__file__]
    assert outcome(plan) == whole[1]
    kept = places(read_journal(tmp_path / "run" / "journal"))
    plan, executor = session(tmp_path / "run", fails=crashing)
    assert outcome(plan) == whole[1]
    assert kept
    assert not set(kept) & {(u.trial.number, f) for _, u in executor.started for f in u.folds}


def test_a_folder_that_cannot_be_made_is_an_error_at_once(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ValueError, match="cannot be written to"):
        Recording(tmp_path / "file")
    with pytest.raises(ValueError, match=r"no-such.*cannot be written to.*Choose another"):
        Recording(Path("/proc/no-such"))


def rearranged(source: Path, target: Path, order: Callable[[list[bytes]], list[bytes]]) -> None:
    """Copy a run with other lines in its journal, each of them whole."""
    shutil.copytree(source, target)
    lines = (target / "journal").read_bytes().splitlines(keepends=True)
    (target / "journal").write_bytes(b"".join(order(lines)))


def test_a_journal_whose_lines_do_not_follow_from_each_other_is_refused(whole, tmp_path):
    rearranged(whole[0], tmp_path / "run", lambda lines: lines[::-1])
    with pytest.raises(ResumeMismatchError, match=r"journal of .*run' is damaged: line \d"):
        session(tmp_path / "run", fails=crashing)


def test_a_result_that_is_missing_from_a_finished_run_is_made_again(whole, tmp_path):
    def without_one(lines: list[bytes]) -> list[bytes]:
        place = next(i for i, line in enumerate(lines) if b'"unit"' in line)
        return lines[:place] + lines[place + 1 :]

    rearranged(whole[0], tmp_path / "run", without_one)
    plan, _ = session(tmp_path / "run", fails=crashing)
    assert outcome(plan) == whole[1]


def test_a_run_with_nothing_but_the_constant_model_does_not_determine_the_next(whole, tmp_path):
    entries = read_journal(whole[0] / "journal")
    first = next(i for i, e in enumerate(entries) if e["kind"] == "trial" and e["number"] == 1)
    expected, _ = session(None, seed=5)
    cut(whole[0], tmp_path / "run", first)
    plan, _ = session(tmp_path / "run", seed=5)
    assert outcome(plan) == outcome(expected)
    again, _ = session(tmp_path / "run", seed=5)
    assert outcome(again) == outcome(expected)
    with pytest.raises(ResumeMismatchError, match="another random_state"):
        session(tmp_path / "run", seed=0)


def test_a_finished_run_of_the_constant_model_is_kept(tmp_path):
    dataset = make_dataset(n_rows=60)
    constant = replace(dataset, y=np.zeros_like(dataset.y))
    session(tmp_path, dataset=constant)
    with pytest.raises(ResumeMismatchError, match="other data"):
        session(tmp_path, dataset=dataset)
