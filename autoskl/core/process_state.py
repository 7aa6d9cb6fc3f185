"""Temporary changes of process-wide state by blocks that may overlap in several threads."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(slots=True)
class _Entry:
    manager: AbstractContextManager[Any]
    has_left: bool = False


class OverlapStack:
    """Undoes changes in the reverse order of their making, whichever block is left first.

    A block that saves state on entry and restores it on exit is right only while blocks are nested.
    If a second thread enters before the first leaves, the second has saved what the first had
    changed, and restores that at the end. Here a change is undone once all later ones are.

    Examples
    --------
    >>> from contextlib import nullcontext
    >>> from autoskl.core.process_state import OverlapStack
    >>> stack = OverlapStack()
    >>> with stack.enter(nullcontext()):
    ...     len(stack)
    1
    >>> len(stack)
    0
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._entries: list[_Entry] = []

    def __len__(self) -> int:
        return len(self._entries)

    @contextmanager
    def enter(self, manager: AbstractContextManager[Any]) -> Iterator[None]:
        """Enter a context manager for the block, and leave it in order.

        Parameters
        ----------
        manager : context manager
            Changes state of the process on entry and restores it on exit. Its exit may come later
            than the end of the block, in another thread; exceptions of the block are not passed on.
        """
        entry = _Entry(manager)
        with self._lock:
            manager.__enter__()
            self._entries.append(entry)
        try:
            yield
        finally:
            with self._lock:
                entry.has_left = True
                while self._entries and self._entries[-1].has_left:
                    self._entries.pop().manager.__exit__(None, None, None)

    def keep_usable_in_forks(self) -> None:
        """Hold the lock while the process forks, so that no child inherits it locked."""
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self._lock.acquire,
                after_in_parent=self._lock.release,
                after_in_child=self._lock.release,
            )


PROCESS_STATE = OverlapStack()
"""All changes of the process that calls need: of the global generators and the warnings."""

PROCESS_STATE.keep_usable_in_forks()


@contextmanager
def ignore_warnings(*categories: type[Warning]) -> Iterator[None]:
    """Silence warnings in the block.

    Parameters
    ----------
    *categories : type of warning
        Those to silence; all by default.
    """
    with PROCESS_STATE.enter(_ignored(categories or (Warning,))):
        yield


@contextmanager
def ignore_all_warnings() -> Iterator[None]:
    """Silence all warnings in the block, including NumPy's about floating-point errors."""
    with ignore_warnings(), np.errstate(all="ignore"):
        yield


@contextmanager
def _ignored(categories: tuple[type[Warning], ...]) -> Iterator[None]:
    with warnings.catch_warnings():
        for category in categories:
            warnings.simplefilter("ignore", category)
        yield
