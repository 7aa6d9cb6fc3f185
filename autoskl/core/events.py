"""What happens during a search, as values that listeners receive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autoskl.core.result import FoldResult
from autoskl.core.trial import Trial


@dataclass(frozen=True, slots=True)
class SearchStarted:
    """The first unit is about to run."""

    time_limit: float | None
    n_trials: int | None


@dataclass(frozen=True, slots=True)
class FoldFinished:
    """A fold of a trial has a result, good or bad.

    Attributes
    ----------
    seconds : float
        Since the fit was called.
    best_score : float
        Best score of a single trial so far, in scikit-learn's sign.
    ensemble_score : float
        Score of the ensemble so far.
    n_trials, n_failed : int
        Trials started and folds failed so far.
    """

    seconds: float
    trial: Trial
    result: FoldResult
    best_score: float
    ensemble_score: float
    n_trials: int
    n_failed: int


@dataclass(frozen=True, slots=True)
class SearchFinished:
    """No more units will run.

    Attributes
    ----------
    reason : str
        What ended the search: ``"time"``, ``"trials"``, ``"patience"``, ``"exhausted"`` or
        ``"interrupted"``.
    """

    seconds: float
    reason: str


Event = SearchStarted | FoldFinished | SearchFinished
Listener = Callable[[Event], None]
