"""Ctrl-C and SIGTERM: the first ends the search with the best result so far, the second raises."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

from autoskl.core.errors import AllowanceWarning
from autoskl.core.stack_level import user_stack_level

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Context manager that handles signals.

    The first signal is only noted until the search calls `check`, so that no result is half
    recorded; while the search is waiting it raises at once. Custom handlers are left in place, and
    so is everything in threads other than the main one, which receive no signals.

    Parameters
    ----------
    enabled : bool, default=True
        False leaves all signal handlers in place.

    Attributes
    ----------
    signal : signal.Signals or None
        The signal received, if any.
    """

    def __init__(self, enabled: bool = True) -> None:
        self.signal: signal.Signals | None = None
        self._enabled = enabled
        self._is_waiting = False
        self._is_reported = False
        self._previous: dict[signal.Signals, Any] = {}

    def check(self) -> None:
        """Raise `KeyboardInterrupt` if a signal has been received."""
        if self.signal is not None:
            raise KeyboardInterrupt

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let a signal raise `KeyboardInterrupt` at once, since nothing is in progress."""
        self._is_waiting = True
        try:
            self.check()
            yield
        finally:
            self._is_waiting = False

    @property
    def is_unreported(self) -> bool:
        """Whether a signal has been received and the user was not warned yet."""
        return self.signal is not None and not self._is_reported

    def warn(self) -> None:
        """Warn that the fit was interrupted."""
        self._is_reported = True
        by = "by SIGTERM" if self.signal is signal.SIGTERM else "by Ctrl-C"
        warnings.warn(
            f"The fit was interrupted {by}; it returns the best ensemble found so far.",
            AllowanceWarning,
            stacklevel=user_stack_level(),
        )

    def exit_exception(self) -> BaseException:
        """Return the exception that ends the fit when there is no result to return."""
        return _exit_of(self.signal or signal.SIGINT)

    def __enter__(self) -> Self:
        if self._enabled and threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                previous = signal.getsignal(number)
                # By identity, since a custom handler may be neither comparable nor hashable.
                if previous is signal.SIG_DFL or previous is signal.default_int_handler:
                    self._previous[number] = previous
                    signal.signal(number, self._handle)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, previous in self._previous.items():
            signal.signal(number, previous)
        self._previous.clear()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.signal is not None:
            raise _exit_of(number)
        self.signal = signal.Signals(number)
        if self._is_waiting:
            raise KeyboardInterrupt


def _exit_of(number: int) -> BaseException:
    """Return the exception by which Python would exit on a signal."""
    return KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)
