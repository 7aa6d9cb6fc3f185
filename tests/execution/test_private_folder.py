from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from pathlib import Path

import pytest

from autoskl.execution import private_folder
from autoskl.execution.private_folder import (
    PrivateFolder,
    parents_for_files,
    parents_for_sharing,
)

LONG_AGO = 1e9


def test_a_folder_is_private_and_can_be_removed_twice(tmp_path: Path) -> None:
    folder = PrivateFolder(tmp_path)
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    (folder.path / "inside").mkdir()
    folder.remove()
    folder.remove()
    assert list(tmp_path.iterdir()) == []


def test_folders_of_dead_owners_are_removed_by_the_next(tmp_path: Path) -> None:
    stale, alive, young = (tmp_path / f"autoskl-{name}" for name in ("stale", "alive", "young"))
    foreign = tmp_path / "autoskl-foreign"
    foreign.mkdir()
    for path in (stale, alive, young):
        path.mkdir()
        (path / "owner").touch()
    for path in (stale, alive, foreign):
        os.utime(path, (LONG_AGO, LONG_AGO))
    with open(alive / "owner") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = PrivateFolder(tmp_path)
    assert set(tmp_path.iterdir()) == {alive, young, foreign, folder.path}
    folder.remove()


def test_an_unwritable_parent_raises_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        PrivateFolder(tmp_path / "missing")


def test_shared_memory_is_used_only_for_values_that_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_folder, "_SHARED_MEMORY", tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", "/var/tmp")
    assert parents_for_sharing(1000, 10_000) == [tmp_path, Path("/var/tmp")]
    assert parents_for_sharing(1000, 1999) == [Path("/var/tmp")]
    assert parents_for_sharing(1000, 10_000, prefer_disk=True) == [Path("/var/tmp"), tmp_path]
    assert parents_for_sharing(1000, 1999, prefer_disk=True) == [Path("/var/tmp")]
    assert parents_for_sharing(1 << 60, 1 << 62) == []
    assert parents_for_files() == [Path("/var/tmp"), tmp_path]


def test_the_current_directory_is_no_temporary_folder_unless_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_folder, "_SHARED_MEMORY", tmp_path / "missing")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", os.getcwd())
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
    assert parents_for_files() == []
    monkeypatch.setenv("TMPDIR", os.getcwd())
    assert parents_for_files() == [tmp_path]


def test_a_deleted_current_directory_is_handled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deleted").mkdir()
    monkeypatch.chdir(tmp_path / "deleted")
    (tmp_path / "deleted").rmdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert parents_for_files()[0] == tmp_path


def test_without_any_temporary_folder_the_list_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(private_folder, "_SHARED_MEMORY", tmp_path / "missing")
    monkeypatch.setattr(tempfile, "gettempdir", refuse)
    assert parents_for_files() == []
    assert parents_for_sharing(1, 1 << 30) == []
