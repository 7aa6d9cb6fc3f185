"""How many epochs fit into the time that is left."""

from __future__ import annotations

import time
from collections.abc import Callable

_MARGIN = 0.93
"""Share of the time that is planned; the rest is for epochs that take longer than those before."""


class Pacing:
    """Progress of training, from 0 to 1, so that schedules end when the epochs or the time do.

    Without a deadline it is the share of the epochs done. With one, what is left of the schedule is
    spread anew, before each epoch, over the epochs for which there is time.

    Parameters
    ----------
    n_epochs : int
    n_steps : int
        Steps of an epoch.
    deadline : float or None
        Moment of the clock.
    clock : callable, default=time.monotonic
    """

    def __init__(
        self,
        n_epochs: int,
        n_steps: int,
        deadline: float | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._n_steps = n_steps
        self._deadline = deadline
        self._clock = clock
        self._untrained = self._epochs_left = n_epochs
        self._seconds: float | None = None
        self._began = clock()
        self._base = 0.0
        self._done = 0

    def expect(self, seconds: float) -> None:
        """Tell how long an epoch takes."""
        self._seconds = seconds

    def begin_epoch(self) -> bool:
        """Return whether there is time for another epoch, and begin it."""
        self._began = self._clock()
        if self._deadline is not None and self._seconds is not None:
            left = _MARGIN * (self._deadline - self._began)
            fitting = int(left / max(self._seconds, 1e-9))
            self._epochs_left = min(self._untrained, fitting)
        return self._epochs_left > 0

    def end_epoch(self) -> None:
        """Learn how long the epoch took, its validation included."""
        self._base, self._done = self.progress, 0
        self._untrained -= 1
        self._epochs_left -= 1
        self.expect(self._clock() - self._began)

    def step(self) -> None:
        """Count a step."""
        self._done += 1

    def is_over(self, seconds: float = 0.0) -> bool:
        """Whether the deadline has passed, or will have passed in so many seconds."""
        return self._deadline is not None and self._clock() + seconds >= self._deadline

    @property
    def progress(self) -> float:
        """Share of the schedule that is behind."""
        share = self._done / (self._n_steps * max(self._epochs_left, 1))
        return self._base + (1.0 - self._base) * min(share, 1.0)
