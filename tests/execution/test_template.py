"""The template process when the main process dies with requests unread."""

from __future__ import annotations

import json
import os
import select
import selectors
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autoskl.execution.launcher import WorkerEnvironment, command
from autoskl.execution.template_launcher import TemplateLauncher
from tests.execution.processes import still_alive


@contextmanager
def template(main: int) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    """Start a template that takes the process ``main`` for its parent, and stop it when ready."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    settings = {
        "control": theirs.fileno(),
        "main": main,
        "preload": [],
        "preload_in_workers": False,
        "folders": [],
    }
    process = subprocess.Popen(
        command("autoskl.execution.template", json.dumps(settings)),
        env=WorkerEnvironment().variables(),
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    with ours, process:
        yield process, ours


def ask_to_remove(folder: Path, connection: socket.socket) -> None:
    folder.mkdir()
    (folder / "table").write_bytes(b"rows")
    connection.send(json.dumps({"remove": str(folder)}).encode())


def test_requests_sent_before_the_main_process_died_are_handled(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    with template(main=os.getpid()) as (process, connection):
        select.select([connection], [], [])  # its report that it is ready, which stays unread
        process.send_signal(signal.SIGSTOP)
        ask_to_remove(folder, connection)
        connection.close()
        process.send_signal(signal.SIGCONT)
        assert process.wait() == 0
    assert not folder.exists()


@pytest.mark.parametrize("n_requests", [1, 3])
def test_an_orphaned_template_handles_the_remaining_requests(
    tmp_path: Path, n_requests: int
) -> None:
    folders = [tmp_path / str(k) for k in range(n_requests)]
    with template(main=1 if os.getpid() != 1 else 2) as (process, connection):
        for folder in folders:
            ask_to_remove(folder, connection)
        assert process.wait() == 0
    assert not any(folder.exists() for folder in folders)


def test_folders_added_while_the_template_starts_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launcher = TemplateLauncher(WorkerEnvironment(preload=()))
    before, during = tmp_path / "before", tmp_path / "during"
    before.mkdir()
    during.mkdir()
    launcher.remove_on_exit(before)
    popen = subprocess.Popen

    def slowly(*arguments: Any, **settings: Any) -> subprocess.Popen[bytes]:
        process = popen(*arguments, **settings)
        launcher.remove_on_exit(during)  # by the thread that shares a table
        return process

    monkeypatch.setattr(subprocess, "Popen", slowly)
    with selectors.DefaultSelector() as selector:
        launcher.start(selector)
        [template_pid] = launcher.pids
        while not launcher.poll() and launcher._is_importing:
            selector.select()
        launcher.close()
        launcher.join(60)
    assert still_alive([template_pid]) == []
    assert not before.exists()
    assert not during.exists()


def test_a_stopped_template_exits_when_it_is_closed() -> None:
    launcher = TemplateLauncher(WorkerEnvironment(preload=()))
    with selectors.DefaultSelector() as selector:
        launcher.start(selector)
        while not launcher.poll() and launcher._is_importing:
            selector.select()
        process = launcher._process
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        launcher.close()
        assert process.wait(30) == 0  # raises where it stays stopped
        launcher.join(30)
