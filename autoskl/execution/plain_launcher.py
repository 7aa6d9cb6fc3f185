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
    Event,
    Exited,
    Launcher,
    Surroundings,
    command,
)
from autoskl.execution.process_settings import kill_group
from autoskl.execution.spawned import TOKEN
from autoskl.execution.worker_process import ErrorOutput, WorkerProcess

_SECONDS_TO_GREET = 0.2


class PlainLauncher(Launcher):
    """Seconds for each worker, but on every platform.

    Parameters
    ----------
    surroundings : Surroundings
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._tokens: dict[str, int] = {}
        self._listener: socket.socket | None = None

    def start(self, selector: BaseSelector) -> None:
        """Listen."""
        self._selector = selector
        self._listener = listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)
        selector.register(listener, EVENT_READ)
        self._port = listener.getsockname()[1]

    def launch(self, number: int) -> WorkerProcess:
        """Start an interpreter."""
        token = secrets.token_hex(32)
        settings = {
            "port": self._port,
            "main": os.getpid(),
            "preload": list(self._surroundings.preload),
        }
        # Windows cannot wait for pipes and sockets together.
        errors, their_errors = os.pipe() if os.name == "posix" else (None, subprocess.DEVNULL)
        try:
            process = subprocess.Popen(
                command("autoskl.execution.spawned", json.dumps(settings)),
                env=self._surroundings.environment() | {TOKEN: token},
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
        output = None if errors is None else ErrorOutput(errors)
        return WorkerProcess(number, errors=output)

    def poll(self) -> list[Event]:
        """Accept workers that connect and reap those that ended."""
        events: list[Event] = []
        while (connection := self._accept()) is not None:
            number = self._greet(connection)
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

    def give_up(self, worker: WorkerProcess) -> None:
        """Kill it; `poll` then tells that it has ended."""
        if worker.number in self._processes:
            kill_group(self._processes[worker.number].pid)

    def remove_later(self, folder: Path) -> None:
        """Do nothing: there is nobody to tell."""

    def close(self) -> None:
        """Kill all workers."""
        for process in self._processes.values():
            kill_group(process.pid)
        if self._listener is not None:  # else there is no loopback interface here
            self._selector.unregister(self._listener)
            self._listener.close()

    def join(self, seconds: float) -> None:
        """Wait for all workers, which have been killed."""
        for process in self._processes.values():
            process.wait()
        self._processes.clear()

    @property
    def pids(self) -> list[int]:
        """None of its own."""
        return []

    def _accept(self) -> socket.socket | None:
        try:
            return None if self._listener is None else self._listener.accept()[0]
        except OSError:
            return None

    def _greet(self, connection: socket.socket) -> int | None:
        """Return the number of the worker that proves to be one of ours."""
        connection.settimeout(_SECONDS_TO_GREET)
        said = b""
        try:
            while len(said) < 64 and (data := connection.recv(64 - len(said))):
                said += data
        except OSError:
            return None
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for token, number in self._tokens.items():
            if hmac.compare_digest(token.encode(), said):
                return self._tokens.pop(token, number)
        return None
