"""Measures and predicts how long the members of an ensemble take to load."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autoskl.core.clock import Clock
from autoskl.core.result import Status
from autoskl.ensembles.members import model_references
from autoskl.history.history import History
from autoskl.history.trial_record import TrialRecord

_FINAL_FACTOR = 1.2
"""Loading time at the end, on several threads, relative to a single model during the search."""

_DEFAULT_RATE = 1e-8
"""Seconds per byte for a forest, which is slowest to load."""

_MIN_BYTES = 2**16
"""Below, the time is mostly overhead, which does not scale to larger models."""

_CHEAP_SECONDS = 0.1
"""Loading time below which the measurement is repeated, for reliability."""

_SLOW_FACTOR = 3.0
"""Multiple of the default time above which the measurement is repeated.

The first model of a family is loaded together with the imports of its package.
"""


class LoadTimes:
    """Predicts loading times from one measured model of each member.

    Parameters
    ----------
    clock : Clock
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rates: dict[int, float] = {}

    def measure(self, history: History, numbers: Iterable[int]) -> None:
        """Load one model of each new trial; a trial whose model cannot be loaded is rejected.

        Parameters
        ----------
        history : History
        numbers : iterable of int
            Trial numbers.
        """
        for number in [n for n in numbers if n not in self._rates]:
            references = list(model_references(history.record(number)).values())
            if not references:
                continue
            try:
                seconds = self._seconds_of(references[0].load)
                expected = _DEFAULT_RATE * max(references[0].size, _MIN_BYTES)
                if seconds < _CHEAP_SECONDS or seconds > _SLOW_FACTOR * expected:
                    seconds = min(seconds, self._seconds_of(references[0].load))
            except Exception as error:  # anything that unpickling may raise
                history.reject(number, Status.INVALID, load_failure_reason(error))
            else:
                self._rates[number] = seconds / max(references[0].size, _MIN_BYTES)

    def predict(self, history: History, numbers: Iterable[int]) -> float:
        """Predict the seconds to load all models of some trials.

        A trial that was not measured is assumed to be as slow as the slowest. It is not measured
        now, since loading a forest, which is a single model, takes as long as the predicted time.

        Parameters
        ----------
        history : History
        numbers : iterable of int
            Trial numbers.
        """
        slowest = max([_DEFAULT_RATE, *self._rates.values()])
        return _FINAL_FACTOR * sum(
            self._rates.get(number, slowest) * sum(model_bytes(history.record(number)))
            for number in numbers
        )

    def _seconds_of(self, call: Callable[[], object]) -> float:
        """Return the seconds of a call."""
        start = self._clock()
        call()
        return self._clock() - start


def model_bytes(record: TrialRecord) -> list[int]:
    """Return the size of each fitted model of a trial."""
    return [model.size for model in model_references(record).values()]


def load_failure_reason(error: Exception) -> str:
    """Return the reason of a failure to load the model of a trial."""
    return (
        "The fitted model could not be read back, since its file was changed or lost, or since it "
        f"does not survive pickling: {type(error).__name__}: {error}"
    )
