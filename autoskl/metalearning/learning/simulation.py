"""Simulates the ensemble of a fit over time, for a given order of candidates."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.metalearning.learning.evidence import MIN_PROBABILITY, Floats, TaskEvidence

TIME_GRID = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
"""Seconds at which regret is evaluated, roughly logarithmically spaced."""

MAX_REGRET = 1.5
"""Upper bound of the regret, and the regret without a model."""

N_WORKERS = 2
STARTUP = 0.4
_STEPS = 20


@dataclass(frozen=True, slots=True)
class RegretScale:
    """Reference losses by which regret is scaled on a task.

    Attributes
    ----------
    best : float
        Test loss of the best known ensemble.
    reference : float
        Test loss of the better of the linear model and the default boosted trees.
    noise : float
        Standard error of their difference over the test rows, relative to the difference.
    """

    best: float
    reference: float
    noise: float

    def regret(self, loss: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return 0 for the best, 1 for the reference, at most `MAX_REGRET`."""
        spread = max(self.reference - self.best, 1e-9)
        regret: NDArray[np.float64] = np.clip((loss - self.best) / spread, 0.0, MAX_REGRET)
        return regret


def measure_scale(task: TaskEvidence, references: Sequence[int]) -> RegretScale:
    """Return the regret scale of a task.

    Parameters
    ----------
    task : TaskEvidence
    references : sequence of int
        Candidates of the reference families.
    """
    known = np.flatnonzero(task.known)
    losses = np.full(len(task.known), np.inf)
    losses[known] = task.loss_on_test(task.test[known])
    ensemble = select(task.validation[known], task)
    ensemble_loss = float(task.loss_on_test(ensemble @ task.test[known]))
    best = min(ensemble_loss, float(losses.min()))
    usable = [i for i in references if task.known[i]] or list(known)
    reference = min(usable, key=lambda i: losses[i])
    spread = losses[reference] - best
    noise = _standard_error(task, task.test[reference], ensemble @ task.test[known])
    return RegretScale(best, float(losses[reference]), noise / max(spread, 1e-9))


def select(predictions: Floats, task: TaskEvidence, steps: int = _STEPS) -> Floats:
    """Return weights (n_members,) by greedy selection on the validation rows.

    Parameters
    ----------
    predictions : ndarray of float32 of shape (n_members, n_rows)
    task : TaskEvidence
    steps : int, default=20

    References
    ----------
    R. Caruana, A. Niculescu-Mizil, G. Crew, A. Ksikes. "Ensemble selection from libraries of
    models". ICML 2004.
    """
    counts: Floats = np.zeros(len(predictions), np.float32)
    total: Floats = np.zeros(predictions.shape[1], np.float32)
    best_loss, best = np.inf, counts
    for step in range(1, steps + 1):
        losses = task.loss_on_validation((total + predictions) / step)
        chosen = int(np.argmin(losses))
        counts = counts.copy()
        counts[chosen] += 1
        total = total + predictions[chosen]
        if losses[chosen] < best_loss - 1e-9:
            best_loss, best = float(losses[chosen]), counts / step
    return best


def finish_times(seconds: Sequence[float], n_workers: int = N_WORKERS) -> NDArray[np.float64]:
    """Return the end times of jobs that workers process in order.

    Parameters
    ----------
    seconds : sequence of float
    n_workers : int, default=2
    """
    free = [STARTUP] * n_workers
    ends = []
    for duration in seconds:
        end = heapq.heappop(free) + duration
        heapq.heappush(free, end)
        ends.append(end)
    return np.array(ends)


def regret_curve(
    order: Sequence[int], task: TaskEvidence, scale: RegretScale, seconds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the regret (n_times,) of trying candidates in order.

    Parameters
    ----------
    order : sequence of int
        Candidates without results on the task are skipped; stopped ones still cost their time.
    task : TaskEvidence
    scale : RegretScale
    seconds : ndarray of shape (n_candidates,)
        Seconds of each candidate.
    """
    tried = [i for i in order if np.isfinite(seconds[i])]
    return ensemble_curve(tried, finish_times([seconds[i] for i in tried]), task, scale)


def ensemble_curve(
    tried: Sequence[int],
    ends: Sequence[float] | NDArray[np.float64],
    task: TaskEvidence,
    scale: RegretScale,
) -> NDArray[np.float64]:
    """Return the regret (n_times,) given the end times of candidates.

    Parameters
    ----------
    tried : sequence of int
    ends : sequence of float
    task : TaskEvidence
    scale : RegretScale
    """
    curve = np.full(len(TIME_GRID), MAX_REGRET)
    previous: tuple[int, ...] = ()
    for k, seconds in enumerate(TIME_GRID):
        done = tuple(i for i, end in zip(tried, ends, strict=True) if end <= seconds)
        members = tuple(i for i in done if task.known[i])
        if not members:
            continue
        if members == previous:
            curve[k] = curve[k - 1]
            continue
        previous = members
        chosen = list(members)
        weights = select(task.validation[chosen], task)
        curve[k] = float(scale.regret(task.loss_on_test(weights @ task.test[chosen])))
    return curve


def integral(curve: NDArray[np.float64]) -> float:
    """Return the mean regret over the logarithm of time."""
    logs = np.log(TIME_GRID)
    return float(np.trapezoid(curve, logs) / (logs[-1] - logs[0]))


def _standard_error(task: TaskEvidence, first: Floats, second: Floats) -> float:
    if task.task.is_classification:
        difference = np.log(np.maximum(second, MIN_PROBABILITY)) - np.log(
            np.maximum(first, MIN_PROBABILITY)
        )
        return float(difference.std() / np.sqrt(len(difference)))
    squares = (first - task.y_test) ** 2 - (second - task.y_test) ** 2
    level = 2 * float(task.loss_on_test(first))
    return float(squares.std() / np.sqrt(len(squares)) / max(level, 1e-9))
