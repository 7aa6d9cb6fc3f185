"""Ctrl-C and SIGTERM: the first ends a search with the best so far, the second raises."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

from autoskl.core.errors import AllowanceWarning

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Watches for signals while it is entered.

    The first signal is noted, and acts where the search looks for it, so that no result is half
    written down; while the search only waits it acts at once. Handlers of the user's own are left
    alone, as are threads other than the main one, which get no signals.

    Parameters
    ----------
    enabled : bool, default=True
        False leaves all signals as they are.

    Attributes
    ----------
    signal : signal.Signals or None
        What came, if anything.
    """

    def __init__(self, enabled: bool = True) -> None:
        self.signal: signal.Signals | None = None
        self._enabled = enabled
        self._waits = False
        self._told = False
        self._former: dict[signal.Signals, Any] = {}

    def check(self) -> None:
        """Raise `KeyboardInterrupt` if a signal has come."""
        if self.signal is not None:
            raise KeyboardInterrupt

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let a signal raise `KeyboardInterrupt` at once: nothing is half done here."""
        self._waits = True
        try:
            self.check()
            yield
        finally:
            self._waits = False

    @property
    def is_untold(self) -> bool:
        """Whether a signal has come of which the user was not told yet."""
        return self.signal is not None and not self._told

    def tell(self) -> None:
        """Warn that the fit was interrupted."""
        self._told = True
        by = "by SIGTERM" if self.signal is signal.SIGTERM else "by Ctrl-C"
        warnings.warn(
            f"The fit was interrupted {by}; it returns the best ensemble found so far.",
            AllowanceWarning,
            stacklevel=3,
        )

    def exit(self) -> BaseException:
        """Return what ends the fit where there is nothing to return yet."""
        return _exit_of(self.signal or signal.SIGINT)

    def __enter__(self) -> Self:
        if self._enabled and threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                former = signal.getsignal(number)
                # Told by identity: one of the user's own need be neither comparable nor hashable.
                if former is signal.SIG_DFL or former is signal.default_int_handler:
                    self._former[number] = former
                    signal.signal(number, self._handle)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, former in self._former.items():
            signal.signal(number, former)
        self._former.clear()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.signal is not None:
            raise _exit_of(number)
        self.signal = signal.Signals(number)
        if self._waits:
            raise KeyboardInterrupt


def _exit_of(number: int) -> BaseException:
    """Return what Python or the shell would have made of a signal."""
    return KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)
