"""The contract of everything that runs a call somewhere under limits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from autoskl.core.result import Status

Call = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may use.

    Attributes
    ----------
    seconds : float or None
        Wall-clock time from the moment at which a worker gets the call.
    memory_bytes : int or None
        Private memory of the process that runs it.
    expected_bytes : int or None
        Private memory that it is expected to take. Where the processes together have a limit, it
        waits until so much is free or nothing else runs.
    """

    seconds: float | None = None
    memory_bytes: int | None = None
    expected_bytes: int | None = None


UNLIMITED = Limits()


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came of a call.

    Attributes
    ----------
    status : Status
        ``OK`` (there is a value), ``TIMEOUT``, ``MEMORY``, ``CRASHED`` or ``RAISED``.
    value : object
        What the call returned, None unless the status is ``OK``.
    reason : str
        Why there is no value, in words a user understands.
    seconds : float
        Wall-clock time of the call.
    peak_bytes : int
        Largest private memory seen while the call ran, 0 when unknown.
    warnings : tuple of str
        Distinct warnings that the call raised, as ``"Category: text"``.
    """

    status: Status
    value: Any = None
    reason: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is a value."""
        return self.status is Status.OK


class Handle(Protocol):
    """A picklable stand-in for a value that is costly to send."""

    def load(self) -> Any:
        """Return the value; the same object again in the same process."""


class Executor(ABC):
    """Runs calls and never lets their misfortunes out as exceptions.

    Executors are context managers; leaving the context closes them.

    Attributes
    ----------
    slots : int
        Calls that run at the same time.
    directory : Path or None
        Private folder that calls may write to and that disappears with the executor; None when
        there is none.
    """

    slots: int
    directory: Path | None = None

    @abstractmethod
    def share(self, value: Any) -> Handle:
        """Make a value, such as a dataset, available to every call by a small handle."""

    @abstractmethod
    def submit(self, call: Call, limits: Limits = UNLIMITED) -> int:
        """Queue a call without arguments and return its ticket; tickets rise from 0."""

    @abstractmethod
    def wait(self, timeout: float | None = None) -> list[tuple[int, Outcome]]:
        """Return tickets and outcomes that are new, as soon as there is one.

        Parameters
        ----------
        timeout : float or None, default=None
            Seconds after which to return an empty list; None waits. Without anything pending the
            list is empty at once.

        Raises
        ------
        ExecutionError
            When calls cannot be run any more; what is pending then stays without an outcome.
        """

    @property
    @abstractmethod
    def pending(self) -> int:
        """Number of tickets whose outcome `wait` has not returned yet."""

    @property
    def ready(self) -> bool:
        """Whether there is something that can take a call now, rather than after its start."""
        return True

    @property
    def closing_seconds(self) -> float:
        """Seconds that `close` would take now, as far as that can be known."""
        return 0.0

    def retire(self) -> None:  # noqa: B027
        """Begin to end what runs, for good; what was written stays until `close`."""

    @abstractmethod
    def close(self) -> None:
        """End what runs and remove what was written; calling it twice is fine."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
