"""The events of a search, as values that listeners receive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autoskl.core.result import FoldResult
from autoskl.core.trial import Trial, Unit


@dataclass(frozen=True, slots=True)
class SearchStarted:
    """The first unit is about to run.

    Attributes
    ----------
    time_limit : float or None
        Seconds.
    n_trials : int or None
    metric : str
        Name of the score.
    """

    time_limit: float | None
    n_trials: int | None
    metric: str


@dataclass(frozen=True, slots=True)
class UnitStarted:
    """A unit has been submitted; it may still wait for a worker.

    Attributes
    ----------
    seconds : float
        Since ``fit`` was called.
    unit : Unit
    """

    seconds: float
    unit: Unit


@dataclass(frozen=True, slots=True)
class StillWaiting:
    """No result has arrived for a second.

    Attributes
    ----------
    seconds : float
        Since ``fit`` was called.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class FoldFinished:
    """A fold of a trial has succeeded or failed.

    Attributes
    ----------
    seconds : float
        Since ``fit`` was called.
    best_score : float
        Best score of a single trial so far; greater is better.
    ensemble_score : float
        Score of the ensemble so far.
    n_ok, n_failed : int
        Trials without a failed fold so far, and trials with one; the constant model does not
        count.
    """

    seconds: float
    trial: Trial
    result: FoldResult
    best_score: float
    ensemble_score: float
    n_ok: int
    n_failed: int

    @property
    def n_trials(self) -> int:
        """Number of trials that have results."""
        return self.n_ok + self.n_failed


@dataclass(frozen=True, slots=True)
class SearchFinished:
    """No more units will run.

    Attributes
    ----------
    reason : str
        Why the search ended: ``"time"``, ``"trials"``, ``"patience"``, ``"exhausted"`` or
        ``"interrupted"``.
    score : float
        Cross-fitted score of the ensemble, the later ``best_score_``.
    """

    seconds: float
    reason: str
    score: float


Event = SearchStarted | UnitStarted | StillWaiting | FoldFinished | SearchFinished
Listener = Callable[[Event], None]
