from __future__ import annotations

import json

import numpy as np
import pytest

from autoskl.core.errors import ResumeMismatchError
from autoskl.history.run_directory import FORMAT, RunDirectory, read_header, read_run

HEADER = {
    "fingerprint": {"version": "1.0", "random_state": "0"},
    "cv": "auto",
    "n_core": 5,
    "metric": {"name": "log_loss", "optimum": 0.0},
    "task": "binary",
}
FOLDS = {"rows": np.arange(4), "n_rows": np.asarray(4)}


def begun(path):
    directory = RunDirectory(path)
    directory.begin(HEADER, FOLDS)
    return directory


def test_what_was_written_is_there_in_the_next_session(tmp_path):
    first = begun(tmp_path / "a" / "run")
    reference = first.keep_array(np.array([0.5, 1.0]))
    first.append({"kind": "result", "predictions": reference})
    first.close()
    second = RunDirectory(tmp_path / "a" / "run")
    assert second.header == {"format": FORMAT, **HEADER}
    [entry] = second.entries
    np.testing.assert_array_equal(second.array(entry["predictions"]), [0.5, 1.0])
    assert second.folds()["rows"].tolist() == [0, 1, 2, 3]
    assert second.folds()["n_rows"].item() == 4
    second.close()


def test_one_process_writes_at_a_time(tmp_path):
    first = begun(tmp_path)
    with pytest.raises(ValueError, match="is in use"):
        RunDirectory(tmp_path)
    first.close()
    first.close()
    RunDirectory(tmp_path).close()


def test_a_run_can_be_read_while_it_is_written(tmp_path):
    directory = begun(tmp_path)
    directory.append({"kind": "session"})
    with (tmp_path / "journal").open("ab") as file:
        file.write(b'89abcdef {"kind": "half a li')
    header, entries = read_run(tmp_path)
    assert header["n_core"] == 5
    assert entries == [{"kind": "session"}]
    directory.close()


def test_a_directory_that_never_began_is_no_run(tmp_path):
    RunDirectory(tmp_path).close()
    assert read_header(tmp_path) is None
    with pytest.raises(ValueError, match="holds no run"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"format": 2', "damaged"),
        ('{"format": 99}', "not of format 2"),
        ('{"format": 2}', r"damaged \(fingerprint, cv, n_core, metric, task missing"),
    ],
)
def test_a_header_that_cannot_be_read_is_named(tmp_path, content, message):
    (tmp_path / "run.json").write_text(content)
    for _ in range(2):  # the lock is let go
        with pytest.raises(ResumeMismatchError, match=message):
            RunDirectory(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fingerprint": None}, r"damaged \(fingerprint missing or of the wrong type\)"),
        ({"fingerprint": {"version": "1.0"}}, "fingerprint missing"),
        ({"fingerprint": {"version": 1.0, "random_state": "0"}}, "fingerprint missing"),
        ({"metric": "log_loss", "n_core": "5"}, r"damaged \(n_core, metric missing"),
    ],
)
def test_a_header_with_other_content_is_named(tmp_path, change, message):
    (tmp_path / "run.json").write_text(json.dumps({"format": FORMAT, **HEADER, **change}))
    with pytest.raises(ResumeMismatchError, match=message):
        RunDirectory(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"PK", b"rubbish", None])
def test_damaged_folds_are_told(tmp_path, damage):
    directory = begun(tmp_path)
    whole = (tmp_path / "folds.npz").read_bytes()
    if damage is None:
        (tmp_path / "folds.npz").unlink()
    else:
        (tmp_path / "folds.npz").write_bytes(damage or whole[: len(whole) // 2])
    with pytest.raises(ResumeMismatchError, match=r"folds.npz is damaged or missing"):
        directory.folds()


def test_after_a_restart_it_holds_no_run(tmp_path):
    directory = begun(tmp_path)
    directory.append({"kind": "trial"})
    directory.close()
    directory = RunDirectory(tmp_path)
    directory.restart()
    assert directory.header is None
    assert directory.entries == []
    directory.begin({**HEADER, "n_core": 3}, FOLDS)
    directory.append({"kind": "session"})
    directory.close()
    header, entries = read_run(tmp_path)
    assert header["n_core"] == 3
    assert entries == [{"kind": "session"}]
