"""One line that tells how the search is doing."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field
from typing import TextIO

from autoskl.core.events import Event, FoldFinished, SearchFinished, SearchStarted, UnitStarted

_PLAIN_STEPS = 10
_SECONDS_BETWEEN = 0.1
"""A terminal is not written to more often than this."""

_ERASE = "\r\x1b[K"


@dataclass
class ProgressLine:
    """Listener that writes one updating line to a terminal, or a line for each tenth elsewhere.

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
        """Take in an event."""
        if isinstance(event, SearchStarted):
            self._start, self._last, self._step = event, None, -1
            self._written = float("-inf")
        elif isinstance(event, UnitStarted):
            self._family = str(event.unit.trial.configuration.get("model", ""))
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
            if seconds - self._written >= _SECONDS_BETWEEN:
                self._written = seconds
                columns = shutil.get_terminal_size().columns
                # A line that wraps could not be written over.
                self._write(_ERASE + self.line(seconds)[: columns - 1])
            return
        step = int(self._share(seconds) * _PLAIN_STEPS)
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
        """Share of the time or of the trials that is used."""
        limit, most = self._start.time_limit, self._start.n_trials
        by_time = seconds / limit if limit else 0.0
        by_trials = self._last.n_trials / most if self._last and most else 0.0
        return min(1.0, max(by_time, by_trials))

    def line(self, seconds: float) -> str:
        """Return the line at a moment, in seconds since the fit was called."""
        limit, most, last = self._start.time_limit, self._start.n_trials, self._last
        parts = [f"autoskl: {seconds:.1f} s"]
        if limit is not None:
            parts[0] += f", {max(0.0, limit - seconds):.0f} s left"
        if last is not None:
            trials = f"{last.n_ok} ok, {last.n_failed} failed"
            parts.append(trials + (" trials" if most is None else f" of {most} trials"))
            parts.append(
                f"{self._start.metric} best {last.best_score:.5g}, "
                f"ensemble {last.ensemble_score:.5g}"
            )
        if self._family:
            parts.append(self._family)
        return " | ".join(parts)
