"""The template process: imports the libraries once, then forks workers as they are asked for.

Run as ``python -P -m autoskl.execution.template`` by `TemplateLauncher`. It runs no parallel
region: a fork of a process whose OpenMP threads are running would hang.

Requests come as datagrams of JSON, a fork with two descriptors: the socket that the worker serves
and the pipe for its standard error. Reports go back the same way.
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
    behave_as_worker,
    children,
    die_with_parent,
    kill_group,
)

_MOST_BYTES = 1 << 16
_DESCRIPTORS = 2
_SECONDS_BETWEEN_LOOKS = 1.0
_WORKER = "autoskl.execution.worker"


def import_modules(names: Iterable[str]) -> None:
    """Import modules; those that cannot be imported are left to the call that needs them."""
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
        Folders to remove when the main process is gone.
    left_to_workers : sequence of str
        Modules that each worker imports by itself.
    """

    def __init__(
        self,
        control: socket.socket,
        main: int,
        folders: list[str],
        left_to_workers: Sequence[str] = (),
    ) -> None:
        self._control = control
        self._main = main
        self._folders = folders
        self._left_to_workers = left_to_workers
        self._pid = os.getpid()
        self._workers: dict[int, int] = {}  # process id: number
        self._wake, self._waker = socket.socketpair()
        self._wake.setblocking(False)
        self._waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)

    def run(self) -> None:
        """Serve requests until the main process closes the control socket or dies."""
        # The parent is looked at as well: a fork of the main process may keep the socket open.
        while os.getppid() == self._main:
            readable, _, _ = select.select(
                [self._control, self._wake], [], [], _SECONDS_BETWEEN_LOOKS
            )
            if self._wake in readable:
                self._wake.recv(_MOST_BYTES)
            self._reap()
            if self._control in readable:
                try:
                    data, descriptors, _, _ = socket.recv_fds(
                        self._control, _MOST_BYTES, _DESCRIPTORS
                    )
                except ConnectionError:  # it died with reports unread
                    break
                if not data:
                    break
                self._obey(json.loads(data), descriptors)
        self._read_last_requests()
        self._end()

    def report(self, **what: Any) -> None:
        """Tell the main process; whether it still listens shows in `run`."""
        with suppress(OSError):
            self._control.send(json.dumps(what).encode())

    def _obey(self, request: dict[str, Any], descriptors: list[int]) -> None:
        if "remove" in request:
            self._folders.append(request["remove"])
            return
        try:
            if len(descriptors) != _DESCRIPTORS:
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
        """Note folders that the main process named just before it died.

        The socket may tell the death first and hold the requests sent before it none the less.
        """
        self._control.setblocking(False)
        while True:
            try:
                data, descriptors, _, _ = socket.recv_fds(self._control, _MOST_BYTES, _DESCRIPTORS)
            except ConnectionError:  # told once; what is queued comes after it
                continue
            except OSError:  # nothing more: a fork of the main process keeps the socket open
                return
            for descriptor in descriptors:
                os.close(descriptor)
            if not data:
                return
            request = json.loads(data)
            if "remove" in request:
                self._folders.append(request["remove"])

    def _become_worker(self, connection: int, errors: int) -> None:
        """Never return: the stack and the exit handlers are the template's."""
        code = 1
        try:
            os.setsid()
            die_with_parent(self._pid)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for inherited in (self._control, self._wake, self._waker):
                inherited.close()
            os.dup2(errors, 2)
            os.close(errors)
            behave_as_worker()
            gc.enable()
            from autoskl.execution.worker import serve  # with numpy: a lean template has neither

            import_modules(self._left_to_workers)
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
                self._kill_strays()
                self.report(exited=number, code=os.waitstatus_to_exitcode(status))

    def _kill_strays(self) -> None:
        """Kill what a dead worker left behind outside its group; orphans are our children."""
        for pid in children():
            if pid not in self._workers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _end(self) -> None:
        for pid in self._workers:
            kill_group(pid)
        self._workers.clear()
        with suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)
                self._kill_strays()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)


def main(settings: dict[str, Any]) -> None:
    """Run the template process.

    Parameters
    ----------
    settings : dict
        ``control`` (descriptor), ``main`` (process id), ``preload`` (modules), ``lean`` (whether
        these are left to the workers), ``folders``.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, [])  # an exec keeps what the user had blocked
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    adopt_orphans()
    control = socket.socket(fileno=settings["control"])
    preload, lean = settings["preload"], settings["lean"]
    if not lean:
        import_modules([_WORKER, *preload])
    # What is here now is never garbage; out of the collector's sight it stays shared in workers.
    gc.collect()
    gc.freeze()
    gc.disable()
    template = Template(control, settings["main"], settings["folders"], preload if lean else ())
    template.report(ready=True)
    template.run()
    os._exit(0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
