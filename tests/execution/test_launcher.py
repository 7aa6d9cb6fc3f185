from __future__ import annotations

import os
from pathlib import Path

import pytest

from autoskl.execution.launcher import WorkerEnvironment


def test_workers_have_the_import_path_of_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["", "relative", "/absolute"])
    path = WorkerEnvironment().variables()["PYTHONPATH"].split(os.pathsep)
    assert path == [str(tmp_path), str(tmp_path / "relative"), "/absolute"]


def test_a_deleted_current_directory_is_left_out_of_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deleted").mkdir()
    monkeypatch.chdir(tmp_path / "deleted")
    (tmp_path / "deleted").rmdir()
    monkeypatch.setattr("sys.path", ["", "relative", "/absolute"])
    assert WorkerEnvironment().variables()["PYTHONPATH"] == "/absolute"


def test_hashes_are_the_same_in_every_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    assert WorkerEnvironment().variables()["PYTHONHASHSEED"] == "0"
    monkeypatch.setenv("PYTHONHASHSEED", "5")
    assert WorkerEnvironment().variables()["PYTHONHASHSEED"] == "5"


def test_threads_and_folder_are_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    environment = WorkerEnvironment(threads=3, folder=tmp_path).variables()
    assert environment["OMP_NUM_THREADS"] == environment["OPENBLAS_NUM_THREADS"] == "3"
    assert environment["TMPDIR"] == str(tmp_path)
    assert environment["PATH"] == os.environ["PATH"]
