"""A progress line for the terminal."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field
from typing import TextIO

from autoskl.core.events import (
    Event,
    FoldFinished,
    SearchFinished,
    SearchStarted,
    StillWaiting,
    UnitStarted,
)

_N_PLAIN_LINES = 10
"""Lines written to a stream that is not a terminal."""

_MIN_INTERVAL = 0.1
"""Minimum seconds between two updates of a terminal."""

_ERASE = "\r\x1b[K"


@dataclass
class ProgressLine:
    """Listener that updates one line on a terminal, or writes a line per tenth elsewhere.

    Parameters
    ----------
    stream : text stream, default=sys.stderr
    """

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _start: SearchStarted = field(default_factory=lambda: SearchStarted(None, None, "score"))
    _family: str = ""
    _last: FoldFinished | None = None
    _step: int = -1
    _written: float = float("-inf")

    def __call__(self, event: Event) -> None:
        """Update the line with an event."""
        if isinstance(event, SearchStarted):
            self._start, self._last, self._step = event, None, -1
            self._written = float("-inf")
        elif isinstance(event, UnitStarted):
            self._family = str(event.unit.trial.configuration.get("model", ""))
            self._update(event.seconds)
        elif isinstance(event, StillWaiting):
            self._update(event.seconds)
        elif isinstance(event, FoldFinished):
            self._last = event
            self._update(event.seconds)
        elif isinstance(event, SearchFinished):
            self._finish(event)

    def _update(self, seconds: float) -> None:
        if self._last is None:
            return
        if self.stream.isatty():
            if seconds - self._written >= _MIN_INTERVAL:
                self._written = seconds
                columns = shutil.get_terminal_size().columns
                # A wrapped line could not be overwritten.
                self._write(_ERASE + self.line(seconds)[: columns - 1])
            return
        step = int(self._share(seconds) * _N_PLAIN_LINES)
        if step > self._step:
            self._step = step
            self._write(self.line(seconds) + "\n")

    def _finish(self, event: SearchFinished) -> None:
        if self.stream.isatty():
            self._write(_ERASE)
        if self._last is not None:
            self._family = ""
            self._write(self.line(event.seconds) + "\n")
        self._write(
            f"autoskl: done in {event.seconds:.1f} s ({event.reason}); "
            f"{self._start.metric} of the ensemble, cross-fitted: {event.score:.5g}\n"
        )

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()

    def _share(self, seconds: float) -> float:
        """Return the share of the time or of the trials that is used up."""
        time_limit, n_trials = self._start.time_limit, self._start.n_trials
        by_time = seconds / time_limit if time_limit else 0.0
        by_trials = self._last.n_trials / n_trials if self._last and n_trials else 0.0
        return min(1.0, max(by_time, by_trials))

    def line(self, seconds: float) -> str:
        """Return the line at a time, in seconds since ``fit`` was called."""
        time_limit, n_trials, last = self._start.time_limit, self._start.n_trials, self._last
        parts = [f"autoskl: {seconds:.1f} s"]
        if time_limit is not None:
            parts[0] += f", {max(0.0, time_limit - seconds):.0f} s left"
        if last is not None:
            trials = f"{last.n_ok} ok, {last.n_failed} failed"
            parts.append(trials + (" trials" if n_trials is None else f" of {n_trials} trials"))
            parts.append(
                f"{self._start.metric} best {last.best_score:.5g}, "
                f"ensemble {last.ensemble_score:.5g}"
            )
        if self._family:
            parts.append(self._family)
        return " | ".join(parts)
