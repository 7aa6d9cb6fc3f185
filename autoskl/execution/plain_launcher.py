"""Starts each worker as a fresh interpreter that connects back over the loopback interface."""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socket
import subprocess
from pathlib import Path
from selectors import EVENT_READ, BaseSelector

from autoskl.execution.channel import Channel
from autoskl.execution.launcher import (
    Connected,
    Exited,
    Launcher,
    LauncherEvent,
    WorkerEnvironment,
    command,
)
from autoskl.execution.plain_worker import TOKEN
from autoskl.execution.process_settings import kill_group
from autoskl.execution.worker_process import StderrPipe, WorkerProcess

_MAX_SECONDS_TO_AUTHENTICATE = 0.2
_TOKEN_BYTES = 32


class PlainLauncher(Launcher):
    """Works on every platform, but takes seconds for each worker.

    Parameters
    ----------
    environment : WorkerEnvironment
    """

    def __init__(self, environment: WorkerEnvironment) -> None:
        self._environment = environment
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._tokens: dict[str, int] = {}
        self._listener: socket.socket | None = None

    def start(self, selector: BaseSelector) -> None:
        """Listen for connections."""
        self._selector = selector
        self._listener = listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)
        selector.register(listener, EVENT_READ)
        self._port = listener.getsockname()[1]

    def launch(self, number: int) -> WorkerProcess:
        """Start an interpreter."""
        token = secrets.token_hex(_TOKEN_BYTES)
        settings = {
            "port": self._port,
            "main": os.getpid(),
            "preload": list(self._environment.preload),
        }
        # Selectors on Windows cannot wait for pipes.
        errors, their_errors = os.pipe() if os.name == "posix" else (None, subprocess.DEVNULL)
        try:
            process = subprocess.Popen(
                command("autoskl.execution.plain_worker", json.dumps(settings)),
                env=self._environment.variables() | {TOKEN: token},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=their_errors,
                start_new_session=True,
            )
        except OSError:
            if errors is not None:
                os.close(errors)
            raise
        finally:
            if errors is not None:
                os.close(their_errors)
        self._tokens[token] = number
        self._processes[number] = process
        stderr = None if errors is None else StderrPipe(errors)
        return WorkerProcess(number, stderr=stderr)

    def poll(self) -> list[LauncherEvent]:
        """Accept connections and reap the processes that have ended."""
        events: list[LauncherEvent] = []
        while (connection := self._accept()) is not None:
            number = self._authenticate(connection)
            if number is None:
                connection.close()
            else:
                events.append(Connected(number, Channel(connection)))
        for number, process in list(self._processes.items()):
            code = process.poll()
            if code is not None:
                del self._processes[number]
                events.append(Exited(number, code))
        return events

    def abort_start(self, worker: WorkerProcess) -> None:
        """Kill the worker."""
        if worker.number in self._processes:
            kill_group(self._processes[worker.number].pid)

    def remove_on_exit(self, folder: Path) -> None:
        """Do nothing: no process of ours outlives this one."""

    def close(self) -> None:
        """Kill all workers."""
        for process in self._processes.values():
            kill_group(process.pid)
        if self._listener is not None:  # None without a loopback interface
            self._selector.unregister(self._listener)
            self._listener.close()

    def join(self, seconds: float) -> None:
        """Wait for all workers, which have been killed."""
        for process in self._processes.values():
            process.wait()
        self._processes.clear()

    @property
    def pids(self) -> list[int]:
        """Always empty: it has no process of its own."""
        return []

    def _accept(self) -> socket.socket | None:
        try:
            return None if self._listener is None else self._listener.accept()[0]
        except OSError:
            return None

    def _authenticate(self, connection: socket.socket) -> int | None:
        """Return the number of the worker whose token is received, None if it is none of ours."""
        connection.settimeout(_MAX_SECONDS_TO_AUTHENTICATE)
        received = b""
        size = 2 * _TOKEN_BYTES
        try:
            while len(received) < size and (data := connection.recv(size - len(received))):
                received += data
        except OSError:
            return None
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for token, number in self._tokens.items():
            if hmac.compare_digest(token.encode(), received):
                return self._tokens.pop(token, number)
        return None
