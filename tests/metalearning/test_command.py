from __future__ import annotations

import io
from argparse import ArgumentParser
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from autoskl.cli import main
from autoskl.core.task import Task
from autoskl.execution import resources
from autoskl.metalearning.candidates import read_candidates, write_candidates
from autoskl.metalearning.command import add_metadata, predictions_folder
from autoskl.metalearning.prior_tasks import read_tasks
from autoskl.metalearning.shipped import (
    metadata_file,
    metadata_folder,
    read_manifest,
    read_metadata,
)
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store
from tests.metalearning.building.corpus_files import write_corpus


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with data sets and a store, built by the command."""
    folder = tmp_path_factory.mktemp("built")
    write_corpus(folder)
    known = read_candidates(metadata_file("candidates.jsonl"))
    quick = ("linear", "k_nearest_neighbors", "lightgbm")
    few = [candidate for candidate in known if candidate.family in quick]
    write_candidates(folder / "c.jsonl", few[:9])
    command = ["metadata", "build", str(folder), "--store", str(folder / "s.sqlite")]
    command += ["--time-limit", "600", "--candidates", str(folder / "c.jsonl")]
    told = io.StringIO()
    with redirect_stderr(told):
        assert main(command) == 0
    (folder / "told").write_text(told.getvalue())
    return folder


def test_build_fills_a_store(built: Path) -> None:
    with Store(built / "s.sqlite") as store:
        results = store.rows(schema.RESULTS)
        assert len(results) >= 15
        assert {r["status"] for r in results} == {"ok"}
        assert not store.rows(schema.WORK, done=False)
    n = len(results)
    assert (built / "told").read_text().endswith(f"{n} of {n} units are done: {n} ok\n")


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--n-jobs", "0", "must be a whole number above 0, or -1 for one worker on each core"),
        ("--n-jobs", "two", "Got 'two'"),
        ("--time-limit", "-3", "must be a number above 0"),
        ("--time-limit", "nan", "Got 'nan'"),
    ],
)
def test_build_rejects_invalid_numbers(
    option: str, value: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["metadata", "build", "nowhere", "--store", "s.sqlite", "--time-limit", "9"]
    with pytest.raises(SystemExit):
        main([*command, option, value])
    error = capsys.readouterr().err
    assert f"argument {option}: " in error
    assert told in error


@pytest.mark.parametrize(("asked", "expected"), [("-1", 4), ("-2", 3), ("-9", 1), ("7", 7)])
def test_negative_numbers_of_workers_count_from_all_cores(
    asked: str, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "available_cores", lambda: 4)
    parser = ArgumentParser()
    add_metadata(parser)
    command = ["build", "f", "--store", "s", "--time-limit", "9", "--n-jobs", asked]
    assert parser.parse_args(command).n_jobs == expected


def test_learn_writes_what_a_fit_can_read(built: Path, tmp_path: Path) -> None:
    store = str(built / "s.sqlite")
    command = ["metadata", "learn", "--store", store, "--output", str(tmp_path)]
    assert main([*command, "--exclude", "binary-set"]) == 0
    assert read_metadata(tmp_path).candidates
    with Store(store) as read:
        n_results = sum(row["task"] != "binary-set" for row in read.rows(schema.RESULTS))
    assert read_manifest(tmp_path)["results"] == {"H ok": n_results}


def test_learn_extends_earlier_metadata(built: Path, tmp_path: Path) -> None:
    store, first, second = str(built / "s.sqlite"), tmp_path / "first", tmp_path / "second"
    command = ["metadata", "learn", "--store", store]
    assert main([*command, "--output", str(first), "--exclude", "binary-set"]) == 0
    assert main([*command, "--output", str(second), "--onto", str(metadata_folder())]) == 0
    assert set(read_tasks(second).names) > set(read_tasks(first).names)
    assert set(read_metadata(second).costs) > set(read_metadata(first).costs)


def test_regrets_alone_can_be_added(built: Path, tmp_path: Path) -> None:
    command = ["metadata", "learn", "--store", str(built / "s.sqlite"), "--only-regrets"]
    assert main([*command, "--output", str(tmp_path), "--onto", str(metadata_folder())]) == 0
    before, after = read_metadata(metadata_folder()), read_metadata(tmp_path)
    assert (after.portfolios, after.costs) == (before.portfolios, before.costs)
    assert set(read_tasks(tmp_path).names) > set(read_tasks(metadata_folder()).names)


def test_only_regrets_requires_earlier_metadata(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["metadata", "learn", "--store", str(built / "s.sqlite"), "--only-regrets"]
    assert main([*command, "--output", str(tmp_path)]) == 2
    assert "pass their folder as --onto" in capsys.readouterr().err


def test_learn_rejects_an_unknown_name(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(built / "s.sqlite")
    command = ["metadata", "learn", "--store", store, "--output", str(tmp_path)]
    assert main([*command, "--exclude", "nothing"]) == 2
    assert "has no data set nothing" in capsys.readouterr().err


def test_types_of_tasks_missing_from_the_store_keep_their_earlier_portfolios(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["metadata", "learn", "--store", str(built / "s.sqlite"), "--output", str(tmp_path)]
    command += ["--exclude", "regression-set"]
    assert main(command) == 2
    assert "nothing to learn from for regression tasks" in capsys.readouterr().err
    assert main([*command, "--onto", str(metadata_folder())]) == 0
    before, after = read_metadata(metadata_folder()), read_metadata(tmp_path)
    assert after.portfolios[Task.REGRESSION] == before.portfolios[Task.REGRESSION]
    assert after.portfolios[Task.BINARY] != before.portfolios[Task.BINARY]


def test_few_data_sets_can_be_evaluated(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metadata", "evaluate", "--store", str(built / "s.sqlite")]) == 0
    told = capsys.readouterr().out
    assert "classification: 2 data sets" in told
    assert "hand-ordered" in told
    assert "regression: 1 data set\ntoo few" in told


def test_merge_into_a_new_store(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = str(tmp_path / "copy.sqlite")
    assert main(["metadata", "merge", str(built / "s.sqlite"), target]) == 0
    with Store(target) as copy, Store(built / "s.sqlite") as store:
        assert len(copy.rows(schema.RESULTS)) == len(store.rows(schema.RESULTS))
    assert "result" in capsys.readouterr().err


@pytest.mark.parametrize(("action", "option"), [("build", "--only"), ("learn", "--exclude")])
def test_options_of_several_names_say_how_to_separate_them(
    action: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["metadata", action, "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert f"{option} NAMES comma-separated names of" in text


def test_a_missing_store_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metadata", "evaluate", "--store", str(tmp_path / "no.sqlite")]) == 2
    assert "There is no store at" in capsys.readouterr().err


def test_a_missing_source_is_not_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["metadata", "merge", "sqlite:///no.sqlite", "target.sqlite"]) == 2
    assert "There is no store at" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_predictions_are_beside_the_file() -> None:
    assert predictions_folder("a/b.sqlite") == Path("a/b.sqlite.predictions")
    assert predictions_folder("postgresql://host/name") == Path("name.predictions")
    options = "?host=/tmp/folder&password=secret"
    assert predictions_folder(f"postgresql://anna@/name{options}") == Path("name.predictions")
