from __future__ import annotations

import os
from pathlib import Path

import pytest

from autoskl.execution.launcher import Surroundings


def test_workers_find_what_this_process_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["", "relative", "/absolute"])
    path = Surroundings().environment()["PYTHONPATH"].split(os.pathsep)
    assert path == [str(tmp_path), str(tmp_path / "relative"), "/absolute"]


def test_workers_do_without_the_folder_of_the_user_if_it_was_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deleted").mkdir()
    monkeypatch.chdir(tmp_path / "deleted")
    (tmp_path / "deleted").rmdir()
    monkeypatch.setattr("sys.path", ["", "relative", "/absolute"])
    assert Surroundings().environment()["PYTHONPATH"] == "/absolute"


def test_hashes_are_the_same_in_every_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    assert Surroundings().environment()["PYTHONHASHSEED"] == "0"
    monkeypatch.setenv("PYTHONHASHSEED", "5")
    assert Surroundings().environment()["PYTHONHASHSEED"] == "5"


def test_threads_and_folder_are_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    environment = Surroundings(threads=3, folder=tmp_path).environment()
    assert environment["OMP_NUM_THREADS"] == environment["OPENBLAS_NUM_THREADS"] == "3"
    assert environment["TMPDIR"] == str(tmp_path)
    assert environment["PATH"] == os.environ["PATH"]
