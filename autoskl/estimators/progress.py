"""One line that tells how the search is doing."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TextIO

from autoskl.core.events import Event, FoldFinished, SearchFinished, SearchStarted

_PLAIN_STEPS = 10


@dataclass
class ProgressLine:
    """Listener that writes one updating line to a terminal, or some plain lines elsewhere.

    Parameters
    ----------
    metric : str
        Name of the score.
    stream : text stream, default=sys.stderr
    """

    metric: str
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _time_limit: float | None = None
    _n_trials: int | None = None
    _last_step: int = -1

    def __call__(self, event: Event) -> None:
        """Take in an event."""
        if isinstance(event, SearchStarted):
            self._time_limit, self._n_trials = event.time_limit, event.n_trials
        elif isinstance(event, FoldFinished):
            self._write_progress(event)
        elif isinstance(event, SearchFinished):
            end = "\n" if self.stream.isatty() else ""
            self.stream.write(f"{end}autoskl: done in {event.seconds:.1f} s ({event.reason})\n")
            self.stream.flush()

    def _write_progress(self, event: FoldFinished) -> None:
        if self.stream.isatty():
            self.stream.write(f"\r\x1b[K{self.line(event)}")
            self.stream.flush()
            return
        step = int(self._share(event) * _PLAIN_STEPS)
        if step > self._last_step:
            self._last_step = step
            self.stream.write(self.line(event) + "\n")
            self.stream.flush()

    def _share(self, event: FoldFinished) -> float:
        """Share of the time or of the trials that is used."""
        by_time = event.seconds / self._time_limit if self._time_limit else 0.0
        by_trials = event.n_trials / self._n_trials if self._n_trials else 0.0
        return min(1.0, max(by_time, by_trials))

    def line(self, event: FoldFinished) -> str:
        """Return the line for an event."""
        limit = f"/{self._time_limit:g}" if self._time_limit else ""
        failed = f", {event.n_failed} failed" if event.n_failed else ""
        family = event.trial.configuration.get("model", "?")
        return (
            f"autoskl: {event.seconds:.1f}{limit} s | {event.n_trials} trials{failed} | "
            f"{self.metric}: best {event.best_score:.5g}, ensemble {event.ensemble_score:.5g} | "
            f"{family}"
        )
