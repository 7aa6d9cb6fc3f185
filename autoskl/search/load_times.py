"""How long the members of an ensemble take to be read from their files."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autoskl.core.clock import Clock
from autoskl.core.result import Status
from autoskl.ensembles.members import model_references
from autoskl.history.history import History
from autoskl.history.trial_record import TrialRecord

_EASE = 1.2
"""Time of reading at the end, on several threads, relative to one model by itself in between."""

_USUAL_RATE = 1e-8
"""Seconds of reading a byte of a forest, which takes longest."""

_LEAST_BYTES = 2**16
"""Of fewer bytes the time is that of a call, which says nothing about larger models."""

_LONG = 0.1
"""Seconds of reading a model below which it costs nothing to read it again, and be surer."""

_TOO_SLOW = 3.0
"""Times of the usual seconds above which it is read again.

The first model of a family is read with the imports of its package.
"""


class LoadTimes:
    """Predicts times of reading; one model of each member is read to know.

    Parameters
    ----------
    clock : Clock
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rates: dict[int, float] = {}

    def measure(self, history: History, numbers: Iterable[int]) -> None:
        """Read a model of each trial that is not known yet; one that cannot be read has failed.

        Parameters
        ----------
        history : History
        numbers : iterable of int
            Of trials.
        """
        for number in [n for n in numbers if n not in self._rates]:
            references = list(model_references(history.record(number)).values())
            if not references:
                continue
            try:
                seconds = self._seconds_of(references[0].load)
                usual = _USUAL_RATE * max(references[0].size, _LEAST_BYTES)
                if seconds < _LONG or seconds > _TOO_SLOW * usual:
                    seconds = min(seconds, self._seconds_of(references[0].load))
            except Exception as error:  # better now than at the end
                history.reject(number, Status.INVALID, unreadable(error))
            else:
                self._rates[number] = seconds / max(references[0].size, _LEAST_BYTES)

    def predict(self, history: History, numbers: Iterable[int]) -> float:
        """Predict the seconds of reading all models of some trials.

        A trial that was not measured is taken to be as slow as the slowest. At the end there is no
        time to measure: a forest is one model, and reading it takes as long as what is asked.

        Parameters
        ----------
        history : History
        numbers : iterable of int
            Of trials.
        """
        slowest = max([_USUAL_RATE, *self._rates.values()])
        return _EASE * sum(
            self._rates.get(number, slowest) * sum(model_bytes(history.record(number)))
            for number in numbers
        )

    def _seconds_of(self, call: Callable[[], object]) -> float:
        """Seconds of a call."""
        start = self._clock()
        call()
        return self._clock() - start


def model_bytes(record: TrialRecord) -> list[int]:
    """Return the size of each fitted model of a trial."""
    return [model.size for model in model_references(record).values()]


def unreadable(error: Exception) -> str:
    """Return why a trial has failed whose models cannot be read back."""
    return (
        "The fitted model could not be read back, since its file was changed or lost, or since it "
        f"does not survive pickling: {type(error).__name__}: {error}"
    )
