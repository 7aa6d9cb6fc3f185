"""The interface of everything that runs calls under limits."""

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
        Wall-clock time from when a worker gets the call.
    memory_bytes : int or None
        Private memory of the process that runs it.
    expected_bytes : int or None
        Private memory that it is expected to need. Under a limit for all processes together, it
        waits until so much is free or nothing else runs.
    """

    seconds: float | None = None
    memory_bytes: int | None = None
    expected_bytes: int | None = None


UNLIMITED = Limits()


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """How a call ended.

    Attributes
    ----------
    status : Status
        ``OK`` (there is a value), ``TIMEOUT``, ``MEMORY``, ``CRASHED`` or ``RAISED``.
    value : object
        Return value of the call, None unless the status is ``OK``.
    reason : str
        Why there is no value, for users to read.
    seconds : float
        Wall-clock time of the call.
    peak_bytes : int
        Peak of the private memory during the call, 0 when unknown.
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
    """A small picklable reference to a value that is expensive to send."""

    def load(self) -> Any:
        """Return the value; the same object each time in the same process."""


class Executor(ABC):
    """Runs calls; their failures are outcomes, never exceptions.

    Executors are context managers; leaving the context closes them.

    Attributes
    ----------
    slots : int
        Number of calls that run at the same time.
    directory : Path or None
        Private folder that calls may write to, removed with the executor; None when there is none.
    """

    slots: int
    directory: Path | None = None

    @abstractmethod
    def share(self, value: Any) -> Handle:
        """Make a value, such as a dataset, available to every call through a small handle."""

    @abstractmethod
    def submit(self, call: Call, limits: Limits = UNLIMITED) -> int:
        """Queue a call without arguments and return its ticket; tickets increase from 0."""

    @abstractmethod
    def wait(self, timeout: float | None = None) -> list[tuple[int, Outcome]]:
        """Return new tickets and outcomes, as soon as there are any.

        Parameters
        ----------
        timeout : float or None, default=None
            Seconds after which to return an empty list; None for no limit. Without pending calls
            the empty list is returned at once.

        Raises
        ------
        ExecutionError
            When calls cannot be run any more; pending ones then never get an outcome.
        """

    @property
    @abstractmethod
    def pending(self) -> int:
        """Number of tickets whose outcome `wait` has not returned yet."""

    @property
    def ready(self) -> bool:
        """Whether a call submitted now would start at once, without waiting for a worker."""
        return True

    @property
    def closing_seconds(self) -> float:
        """Estimate of the seconds that `close` would take now."""
        return 0.0

    def retire(self) -> None:  # noqa: B027
        """Start to end all calls, for good; files are kept until `close`."""

    @abstractmethod
    def close(self) -> None:
        """End all calls and remove all files; may be called twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
