from __future__ import annotations

import os
import threading

import pytest

from autoskl.history.disk_sync import DiskSync


class Disk:
    """Stands in for `os.fsync`; waits while it is blocked."""

    def __init__(self) -> None:
        self.synced: list[str] = []
        self.free = threading.Event()
        self.free.set()

    def __call__(self, descriptor: int) -> None:
        self.free.wait()
        self.synced.append(os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}")))


@pytest.fixture
def disk(monkeypatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr("autoskl.history.disk_sync.os.fsync", disk)
    return disk


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / name for name in ("predictions", "journal", "model")]
    for path in paths:
        path.write_bytes(b"content")
    return paths


def test_what_refers_to_others_goes_last(disk, files):
    *both, model = files
    sync = DiskSync(both, clock=lambda: 0.0)
    sync.note(model)
    sync.tick()
    sync.close()
    assert disk.synced == ["model", "predictions", "journal"]


def test_it_happens_every_few_seconds_and_each_model_once(disk, files):
    *both, model = files
    now = [0.0]
    sync = DiskSync(both, clock=lambda: now[0])
    sync.note(model)
    sync.tick()
    assert disk.synced == []
    for seconds in (6.0, 7.0, 12.0):
        now[0] = seconds
        sync.tick()
        join_all()
    assert disk.synced == ["model", "predictions", "journal", "predictions", "journal"]


def test_a_slow_disk_holds_nothing_up(disk, files, monkeypatch):
    monkeypatch.setattr("autoskl.history.disk_sync._MAX_CLOSING_SECONDS", 0.0)
    disk.free.clear()
    now = [0.0]
    sync = DiskSync(files, clock=lambda: now[0])
    for seconds in (6.0, 12.0, 18.0):
        now[0] = seconds
        sync.tick()
    sync.close()
    assert sum(thread.name == "autoskl disk sync" for thread in threading.enumerate()) == 1
    disk.free.set()
    join_all()
    assert disk.synced == ["predictions", "journal", "model"]


def test_a_file_that_is_gone_is_passed_over(disk, files):
    files[0].unlink()
    sync = DiskSync(files, clock=lambda: 0.0)
    sync.tick()
    sync.close()
    assert disk.synced == ["journal", "model"]


def test_where_nothing_was_written_nothing_is_synced(disk, files):
    DiskSync(files, clock=lambda: 0.0).close()
    assert disk.synced == []


def join_all() -> None:
    for thread in threading.enumerate():
        if thread.name == "autoskl disk sync":
            thread.join()
