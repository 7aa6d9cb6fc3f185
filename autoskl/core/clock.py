"""Time as an argument, so that tests can turn the hands themselves."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds that only go forward; zero is arbitrary."""

    def __call__(self) -> float:
        """Return the time now, in seconds."""


monotonic: Clock = time.monotonic
