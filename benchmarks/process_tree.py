"""Memory of this process and of all its descendants."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import psutil


def tree_bytes() -> int:
    """Return the bytes used by the process tree, with shared pages counted once.

    This is the sum of proportional set sizes on Linux, and of unique set sizes elsewhere.
    """
    this = psutil.Process()
    total = 0
    for process in [this, *this.children(recursive=True)]:
        try:
            memory = process.memory_full_info()
        except psutil.Error:  # the process has ended in the meantime
            continue
        total += getattr(memory, "pss", memory.uss)
    return total


class PeakMemory:
    """Context in which a thread samples the process tree; ``peak`` is the maximum in bytes.

    Parameters
    ----------
    every : float, default=0.1
        Seconds between two samples.
    """

    def __init__(self, every: float = 0.1) -> None:
        self.every = every
        self.peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Start sampling."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop sampling."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, tree_bytes())
            if self._ended.wait(self.every):
                return
