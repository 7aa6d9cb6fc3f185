"""The template process: imports the libraries once, then forks workers on request.

Run as ``python -P -m autoskl.execution.template`` by `TemplateLauncher`. It runs no parallel
region: the fork of a process whose OpenMP threads are running would hang.

Requests are JSON datagrams. A request for a fork carries two descriptors: the socket that the
worker serves and the pipe for its standard error. Reports are sent back in the same way.
"""

from __future__ import annotations

import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
import traceback
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

from autoskl.execution.process_settings import (
    adopt_orphans,
    child_pids,
    configure_worker,
    die_with_parent,
    kill_group,
)

_MAX_BYTES = 1 << 16
_N_DESCRIPTORS = 2
_POLL_SECONDS = 1.0
_WORKER = "autoskl.execution.worker"


def import_modules(names: Iterable[str]) -> None:
    """Import modules; failures are left to the calls that need them."""
    for name in names:
        with suppress(Exception):
            import_module(name)


class Template:
    """The state of the template process.

    Parameters
    ----------
    control : socket
        Datagram socket to the main process.
    main : int
        Process id of the main process.
    folders : list of str
        Folders to remove when the main process has ended.
    worker_preload : sequence of str
        Modules that each worker imports itself.
    """

    def __init__(
        self,
        control: socket.socket,
        main: int,
        folders: list[str],
        worker_preload: Sequence[str] = (),
    ) -> None:
        self._control = control
        self._main = main
        self._folders = folders
        self._worker_preload = worker_preload
        self._pid = os.getpid()
        self._workers: dict[int, int] = {}  # process id: number
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._wake_reader.setblocking(False)
        self._wake_writer.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_writer.fileno(), warn_on_full_buffer=False)

    def run(self) -> None:
        """Serve requests until the main process closes the control socket or dies."""
        # The parent is checked, too: a fork of the main process may keep the socket open.
        # `select` would refuse the descriptors of a main process that has a thousand open.
        poll = select.poll()
        for source in (self._control, self._wake_reader):
            poll.register(source, select.POLLIN)
        while os.getppid() == self._main:
            readable = {descriptor for descriptor, _ in poll.poll(1000 * _POLL_SECONDS)}
            if self._wake_reader.fileno() in readable:
                self._wake_reader.recv(_MAX_BYTES)
            self._reap()
            if self._control.fileno() in readable:
                try:
                    data, descriptors, _, _ = socket.recv_fds(
                        self._control, _MAX_BYTES, _N_DESCRIPTORS
                    )
                except ConnectionError:  # it has died with unread reports
                    break
                if not data:
                    break
                self._handle_request(json.loads(data), descriptors)
        self._read_last_requests()
        self._shut_down()

    def report(self, **report: Any) -> None:
        """Send a report to the main process; `run` notices if that has ended."""
        with suppress(OSError):
            self._control.send(json.dumps(report).encode())

    def _handle_request(self, request: dict[str, Any], descriptors: list[int]) -> None:
        if "remove" in request:
            self._folders.append(request["remove"])
            return
        try:
            if len(descriptors) != _N_DESCRIPTORS:
                raise OSError("too many open files")
            pid = os.fork()
        except OSError as error:
            self.report(failed=request["fork"], reason=str(error))
        else:
            if not pid:
                self._become_worker(*descriptors)
            self._workers[pid] = request["fork"]
        for descriptor in descriptors:
            os.close(descriptor)

    def _read_last_requests(self) -> None:
        """Handle requests to remove folders that were sent just before the main process died.

        The socket may report its death first and still hold the requests sent before.
        """
        self._control.setblocking(False)
        while True:
            try:
                data, descriptors, _, _ = socket.recv_fds(self._control, _MAX_BYTES, _N_DESCRIPTORS)
            except ConnectionError:  # raised once, before what is queued
                continue
            except OSError:  # empty, but a fork of the main process keeps the socket open
                return
            for descriptor in descriptors:
                os.close(descriptor)
            if not data:
                return
            request = json.loads(data)
            if "remove" in request:
                self._folders.append(request["remove"])

    def _become_worker(self, connection: int, errors: int) -> None:
        """Serve and exit without returning: stack and exit handlers belong to the template."""
        code = 1
        try:
            os.setsid()
            die_with_parent(self._pid)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for inherited in (self._control, self._wake_reader, self._wake_writer):
                inherited.close()
            os.dup2(errors, 2)
            os.close(errors)
            configure_worker()
            gc.enable()
            # Here, since it imports NumPy, which the template may have left to the workers.
            from autoskl.execution.worker import serve

            import_modules(self._worker_preload)
            serve(socket.socket(fileno=connection))
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            number = self._workers.pop(pid, None)
            if number is not None:
                kill_group(pid)
                self._kill_orphans()
                self.report(exited=number, code=os.waitstatus_to_exitcode(status))

    def _kill_orphans(self) -> None:
        """Kill what a dead worker left behind outside its process group; we have adopted it."""
        for pid in child_pids():
            if pid not in self._workers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _shut_down(self) -> None:
        for pid in self._workers:
            kill_group(pid)
        self._workers.clear()
        with suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)
                self._kill_orphans()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)


def main(settings: dict[str, Any]) -> None:
    """Run the template process.

    Parameters
    ----------
    settings : dict
        ``control`` (descriptor), ``main`` (process id), ``preload`` (modules),
        ``preload_in_workers`` (whether these are left to the workers), ``folders``.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, [])  # exec keeps signals that the user has blocked
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    adopt_orphans()
    control = socket.socket(fileno=settings["control"])
    preload, in_workers = settings["preload"], settings["preload_in_workers"]
    if not in_workers:
        import_modules([_WORKER, *preload])
    # What exists now is never garbage; ignored by the collector, its pages stay shared.
    gc.collect()
    gc.freeze()
    gc.disable()
    worker_preload = preload if in_workers else ()
    template = Template(control, settings["main"], settings["folders"], worker_preload)
    template.report(ready=True)
    template.run()
    os._exit(0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
