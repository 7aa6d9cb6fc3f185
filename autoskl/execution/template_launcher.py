"""Starts workers by forking a template process that has imported the libraries."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, BaseSelector
from typing import Any

from autoskl.execution.channel import Channel
from autoskl.execution.exit_status import describe_exit
from autoskl.execution.launcher import (
    Exited,
    Launcher,
    LauncherDied,
    LauncherEvent,
    StartFailed,
    WorkerEnvironment,
    command,
)
from autoskl.execution.worker_process import StderrPipe, WorkerProcess

_MAX_BYTES = 1 << 16
_MAX_SECONDS_TO_EXIT = 0.5


class TemplateLauncher(Launcher):
    """Forks workers in milliseconds; Linux only.

    Workers can be requested at once; they start when the template has finished its imports.

    Parameters
    ----------
    environment : WorkerEnvironment
    """

    def __init__(self, environment: WorkerEnvironment) -> None:
        self._environment = environment
        self._folders = [] if environment.folder is None else [str(environment.folder)]
        self._process: subprocess.Popen[bytes] | None = None
        self._is_importing = True

    def start(self, selector: BaseSelector) -> None:
        """Start the template process."""
        self._selector = selector
        self._is_importing = True
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        folders = list(self._folders)
        errors, their_errors = os.pipe()
        self._stderr = StderrPipe(errors)
        settings = {
            "control": theirs.fileno(),
            "main": os.getpid(),
            "preload": list(self._environment.preload),
            "preload_in_workers": self._environment.preload_in_workers,
            "folders": folders,
        }
        try:
            self._process = subprocess.Popen(
                command("autoskl.execution.template", json.dumps(settings)),
                env=self._environment.variables(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=their_errors,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except OSError:
            self._control.close()
            self._stderr.close()
            raise
        finally:
            theirs.close()
            os.close(their_errors)
        self._control.setblocking(False)
        # Another thread may have added a folder while the process was being started.
        for folder in self._folders[len(folders) :]:
            self._request_removal(folder)
        selector.register(self._control, EVENT_READ)
        selector.register(self._stderr, EVENT_READ)

    def launch(self, number: int) -> WorkerProcess:
        """Request a fork from the template."""
        ours, theirs = socket.socketpair()
        errors, their_errors = os.pipe()
        try:
            descriptors = [theirs.fileno(), their_errors]
            socket.send_fds(self._control, [_encode(fork=number)], descriptors)
        except OSError:
            ours.close()
            os.close(errors)
            raise
        finally:
            theirs.close()
            os.close(their_errors)
        ours.setblocking(False)
        return WorkerProcess(number, Channel(ours), StderrPipe(errors))

    def poll(self) -> list[LauncherEvent]:
        """Read the reports of the template."""
        events: list[LauncherEvent] = []
        while self._process is not None:
            self._read_stderr()
            try:
                data = self._control.recv(_MAX_BYTES)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if not data:
                events.append(LauncherDied(self._reap(self._process)))
                break
            report = json.loads(data)
            self._is_importing = False
            if "exited" in report:
                events.append(Exited(report["exited"], report["code"]))
            elif "failed" in report:
                events.append(StartFailed(report["failed"], report["reason"]))
        return events

    def abort_start(self, worker: WorkerProcess) -> None:
        """Kill the template, which hangs; `poll` then reports its death."""
        if self._process is not None:
            self._process.kill()

    def remove_on_exit(self, folder: Path) -> None:
        """Have the template remove the folder when it exits."""
        self._folders.append(str(folder))
        if self._process is not None:
            self._request_removal(str(folder))

    def close(self) -> None:
        """Shut down the connection: the template then kills the workers and exits."""
        if self._process is None:
            return
        with suppress(OSError):  # it has exited already
            self._control.shutdown(socket.SHUT_WR)
        if self._is_importing:  # it would notice only afterwards; it has no workers yet
            self._process.kill()
        else:
            self._process.send_signal(signal.SIGCONT)  # in case it is stopped

    def join(self, seconds: float) -> None:
        """Wait for the template."""
        if self._process is None:
            return
        # Its end of the connection is closed when it exits; `Popen.wait` would poll.
        self._control.settimeout(seconds)
        with suppress(OSError):
            while self._control.recv(_MAX_BYTES):
                continue
        self._reap(self._process)

    @property
    def pids(self) -> list[int]:
        """The template process."""
        return [] if self._process is None else [self._process.pid]

    def _request_removal(self, folder: str) -> None:
        with suppress(OSError):  # the next template gets all folders when it starts
            self._control.send(_encode(remove=folder))

    def _read_stderr(self) -> None:
        self._stderr.read()
        if self._stderr.is_closed and self._stderr.fileno() in self._selector.get_map():
            self._selector.unregister(self._stderr)

    def _reap(self, process: subprocess.Popen[bytes]) -> str:
        """Wait for the template and return how it ended."""
        try:
            code = process.wait(_MAX_SECONDS_TO_EXIT)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        stderr = self._stderr.tail()
        self._close_descriptors()
        self._process = None
        return describe_exit(code) + (f"; stderr: {stderr}" if stderr else "")

    def _close_descriptors(self) -> None:
        for source in (self._control, self._stderr):
            with suppress(KeyError, ValueError):
                self._selector.unregister(source)
            source.close()


def _encode(**request: Any) -> bytes:
    return json.dumps(request).encode()
