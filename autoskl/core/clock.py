"""The clock as a parameter, so that tests can control time."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A monotonic clock in seconds; its zero is arbitrary."""

    def __call__(self) -> float:
        """Return the current time in seconds."""


monotonic: Clock = time.monotonic
