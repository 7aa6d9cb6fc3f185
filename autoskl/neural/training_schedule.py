"""Progress of training, adapted to the number of epochs that fit into the time left."""

from __future__ import annotations

import time
from collections.abc import Callable

_MARGIN = 0.93
"""Fraction of the time left that is planned for; epochs may take longer than those before."""


class TrainingSchedule:
    """Progress of training from 0 to 1, so that schedules finish with the epochs or the time.

    Without a deadline, progress is the fraction of the epochs done. With one, the rest of the
    schedule is redistributed before each epoch over the epochs for which there is time. If there is
    not even time for the first epoch, the schedule is that of a part of it.

    Parameters
    ----------
    n_epochs : int
    n_steps : int
        Steps per epoch.
    deadline : float or None
        Time on the clock, in seconds.
    clock : callable, default=time.monotonic

    Attributes
    ----------
    n_steps : int
        Steps of the current epoch.
    is_partial : bool
        Whether the current epoch is the first and all there is time for, without validation.
    """

    def __init__(
        self,
        n_epochs: int,
        n_steps: int,
        deadline: float | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.n_steps = n_steps
        self.is_partial = False
        self._deadline = deadline
        self._clock = clock
        self._max_epochs_left = self._epochs_left = n_epochs
        self._seconds: float | None = None
        self._step_seconds: float | None = None
        self._start = clock()
        self._base = 0.0
        self._done = 0

    def expect(self, seconds: float, step_seconds: float | None = None) -> None:
        """Set the expected seconds of an epoch and, before the first one, of a step."""
        self._seconds, self._step_seconds = seconds, step_seconds

    def begin_epoch(self) -> bool:
        """Start an epoch, and return whether there is time for it, or for a part of the first."""
        self._start = self._clock()
        if self._deadline is not None and self._seconds is not None:
            left = _MARGIN * (self._deadline - self._start)
            fitting = int(left / max(self._seconds, 1e-9))
            self._epochs_left = min(self._max_epochs_left, fitting)
            if fitting < 1 and self._step_seconds is not None:
                self._plan_part(int(left / max(self._step_seconds, 1e-9)))
        return self._epochs_left > 0

    def _plan_part(self, n_steps: int) -> None:
        """Let the first epoch be the only one, with those of its steps for which there is time."""
        if n_steps > 0 and self._max_epochs_left > 0:
            self.n_steps, self.is_partial = min(n_steps, self.n_steps), True
            self._epochs_left = 1

    def end_epoch(self) -> None:
        """End the epoch and record its duration, validation included."""
        self._base, self._done = self.progress, 0
        self._max_epochs_left -= 1
        self._epochs_left -= 1
        self.expect(self._clock() - self._start)

    def step(self) -> None:
        """Count a step."""
        self._done += 1

    def is_over(self, seconds: float = 0.0) -> bool:
        """Whether the deadline will have passed ``seconds`` from now."""
        return self._deadline is not None and self._clock() + seconds >= self._deadline

    @property
    def is_complete(self) -> bool:
        """Whether all epochs have ended."""
        return self._max_epochs_left == 0

    @property
    def progress(self) -> float:
        """Completed fraction of the schedule."""
        share = self._done / (self.n_steps * max(self._epochs_left, 1))
        return self._base + (1.0 - self._base) * min(share, 1.0)
