"""Memory of this process and of all that it has started."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import psutil


def tree_bytes() -> int:
    """Return the bytes in use by the tree, shared pages counted once.

    On Linux that is the sum of proportional set sizes, elsewhere the sum of unique set sizes.
    """
    this = psutil.Process()
    total = 0
    for process in [this, *this.children(recursive=True)]:
        try:
            memory = process.memory_full_info()
        except psutil.Error:  # it has ended since the list was made
            continue
        total += getattr(memory, "pss", memory.uss)
    return total


class PeakMemory:
    """Context in which a thread watches the tree; afterwards ``peak`` has the most bytes seen.

    Parameters
    ----------
    every : float, default=0.1
        Seconds between two looks.
    """

    def __init__(self, every: float = 0.1) -> None:
        self.every = every
        self.peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Start to watch."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop watching."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, tree_bytes())
            if self._ended.wait(self.every):
                return
