"""Starts workers by forking a template process that has the libraries imported."""

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
from autoskl.execution.endings import describe_ending
from autoskl.execution.launcher import (
    Event,
    Exited,
    Launcher,
    Lost,
    NotStarted,
    Surroundings,
    command,
)
from autoskl.execution.worker_process import ErrorOutput, WorkerProcess

_MOST_BYTES = 1 << 16
_SECONDS_TO_END = 0.5


class TemplateLauncher(Launcher):
    """Forks workers in milliseconds; Linux only.

    Workers can be asked for at once; they come when the template has finished its imports.

    Parameters
    ----------
    surroundings : Surroundings
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._folders = [] if surroundings.folder is None else [str(surroundings.folder)]
        self._process: subprocess.Popen[bytes] | None = None
        self._is_importing = True

    def start(self, selector: BaseSelector) -> None:
        """Start the template process."""
        self._selector = selector
        self._is_importing = True
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        told = list(self._folders)
        errors, their_errors = os.pipe()
        self._errors = ErrorOutput(errors)
        settings = {
            "control": theirs.fileno(),
            "main": os.getpid(),
            "preload": list(self._surroundings.preload),
            "lean": self._surroundings.lean,
            "folders": told,
        }
        try:
            self._process = subprocess.Popen(
                command("autoskl.execution.template", json.dumps(settings)),
                env=self._surroundings.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=their_errors,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except OSError:
            self._control.close()
            self._errors.close()
            raise
        finally:
            theirs.close()
            os.close(their_errors)
        self._control.setblocking(False)
        # Another thread may have named a folder while the process was being started.
        for folder in self._folders[len(told) :]:
            self._tell_to_remove(folder)
        selector.register(self._control, EVENT_READ)
        selector.register(self._errors, EVENT_READ)

    def launch(self, number: int) -> WorkerProcess:
        """Ask the template for a fork."""
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
        return WorkerProcess(number, Channel(ours), ErrorOutput(errors))

    def poll(self) -> list[Event]:
        """Read the reports of the template."""
        events: list[Event] = []
        while self._process is not None:
            self._read_errors()
            try:
                data = self._control.recv(_MOST_BYTES)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if not data:
                events.append(Lost(self._bury(self._process)))
                break
            report = json.loads(data)
            self._is_importing = False
            if "exited" in report:
                events.append(Exited(report["exited"], report["code"]))
            elif "failed" in report:
                events.append(NotStarted(report["failed"], report["reason"]))
        return events

    def give_up(self, worker: WorkerProcess) -> None:
        """End the template, which is stuck; `poll` then tells that it is lost."""
        if self._process is not None:
            self._process.kill()

    def remove_later(self, folder: Path) -> None:
        """Tell the template."""
        self._folders.append(str(folder))
        if self._process is not None:
            self._tell_to_remove(str(folder))

    def close(self) -> None:
        """Shut the connection: the template then kills the workers and ends."""
        if self._process is None:
            return
        with suppress(OSError):  # it has ended by itself
            self._control.shutdown(socket.SHUT_WR)
        if self._is_importing:  # it would notice only afterwards, and has no workers yet
            self._process.kill()
        else:
            self._process.send_signal(signal.SIGCONT)  # if somebody has stopped it

    def join(self, seconds: float) -> None:
        """Wait for the template."""
        if self._process is None:
            return
        # Its side of the connection closes when it ends; `Popen.wait` alone would poll.
        self._control.settimeout(seconds)
        with suppress(OSError):
            while self._control.recv(_MOST_BYTES):
                continue
        self._bury(self._process)

    @property
    def pids(self) -> list[int]:
        """The template."""
        return [] if self._process is None else [self._process.pid]

    def _tell_to_remove(self, folder: str) -> None:
        with suppress(OSError):  # the next template is told when it starts
            self._control.send(_encode(remove=folder))

    def _read_errors(self) -> None:
        self._errors.read()
        if self._errors.ended and self._errors.fileno() in self._selector.get_map():
            self._selector.unregister(self._errors)

    def _bury(self, process: subprocess.Popen[bytes]) -> str:
        """Return how the template ended."""
        try:
            code = process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        words = self._errors.words()
        self._forget_descriptors()
        self._process = None
        return describe_ending(code) + (f"; its last words: {words}" if words else "")

    def _forget_descriptors(self) -> None:
        for source in (self._control, self._errors):
            with suppress(KeyError, ValueError):
                self._selector.unregister(source)
            source.close()


def _encode(**what: Any) -> bytes:
    return json.dumps(what).encode()
