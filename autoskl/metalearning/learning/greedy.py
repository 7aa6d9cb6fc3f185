"""Greedy construction of a portfolio: each member adds most to those before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.task import Task
from autoskl.metalearning.learning.evidence import Evidence, Floats, TaskEvidence, loss_of
from autoskl.metalearning.learning.simulation import (
    MAX_REGRET,
    N_WORKERS,
    STARTUP,
    TIME_GRID,
    RegretScale,
    measure_scale,
)

_SHARES = np.array([0.1, 0.2, 0.35, 0.5, 1.0], np.float32)
"""Weights that a new member may get in the ensemble."""

_MAX_ROWS = 400
_MIN_TRIED_SHARE = 0.15
"""Share of the tasks on which a candidate must have been tried to be chosen."""

_PRIOR_WEIGHT = 0.25
"""Weight of tasks without gain added to those on which a candidate was tried (shrinkage)."""

_OTHER_TYPE_WEIGHT = 0.4
"""Weight of tasks of another type that share the candidates."""

_OVERHEAD = 0.02
"""Share of the logarithm of time charged to every member in addition to its seconds."""

_HORIZON = 3600.0
"""Seconds after which gains do not count."""

_MAX_FAMILY_SHARE = 0.4
"""Largest share of one family among the first `_CAPPED` members."""

_CAPPED = 10

_EARLY, _MIN_EARLY_FAMILIES = 5, 3
"""The first members, and the number of different families among them."""


@dataclass(frozen=True, slots=True)
class SelectionRule:
    """Criterion by which members are chosen.

    Attributes
    ----------
    time_power : float or None
        The gain is divided by the seconds to this power, 0 ignores them; None divides it by the
        share of the logarithm of time that the member takes, over which regret is averaged.
    centre_rows : float or None
        Tasks with about this number of rows count most; None weights all equally.
    task : Task or None
        Tasks of this type count most.
    """

    time_power: float | None = None
    centre_rows: float | None = None
    task: Task | None = None


class PortfolioLearner:
    """Builds portfolios from evidence.

    Parameters
    ----------
    evidence : Evidence
    references : sequence of int
        See `measure_scale`.
    """

    def __init__(self, evidence: Evidence, references: Sequence[int]) -> None:
        self.evidence = evidence
        self.references = tuple(references)
        self.scales = [measure_scale(task, references) for task in evidence.tasks]
        self.seconds = [task.full_seconds(evidence.candidates) for task in evidence.tasks]

    def weights(self, rule: SelectionRule) -> NDArray[np.float64]:
        """Return task weights: near-duplicates share one, noisy and artificial data get less."""
        tasks = self.evidence.tasks
        sizes: dict[str, int] = {}
        for task in tasks:
            sizes[task.group] = sizes.get(task.group, 0) + 1
        weights = np.array(
            [
                task.weight / sizes[task.group] / (1 + scale.noise**2)
                for task, scale in zip(tasks, self.scales, strict=True)
            ]
        )
        if rule.centre_rows is not None:
            away = np.abs(np.log2([t.rows for t in tasks]) - np.log2(rule.centre_rows))
            weights *= 0.25 + np.exp(-away / 2)
        if rule.task is not None:
            weights *= [1.0 if task.task is rule.task else _OTHER_TYPE_WEIGHT for task in tasks]
        normalised: NDArray[np.float64] = weights / weights.sum()
        return normalised

    def portfolio(
        self,
        rule: SelectionRule,
        length: int,
        *,
        first: int,
        factors: NDArray[np.float64] | None = None,
        tasks: Sequence[int] | None = None,
    ) -> list[int]:
        """Return the members in order.

        Parameters
        ----------
        rule : SelectionRule
        length : int
        first : int
            The first member.
        factors : ndarray of shape (n_tasks,), default=None
            Factors of the task weights.
        tasks : sequence of int, default=None
            Numbers of the tasks to learn from; all by default.
        """
        weights = self.weights(rule) * (1.0 if factors is None else factors)
        chosen = [t for t in (range(len(weights)) if tasks is None else tasks) if weights[t] > 0]
        weights /= weights[chosen].sum()
        states = [
            _State(self.evidence.tasks[t], self.scales[t], self.seconds[t], float(weights[t]))
            for t in chosen
        ]
        order = [first]
        tried = np.sum([s.weight * np.isfinite(s.seconds) for s in states], axis=0)
        while len(order) < length:
            for state in states:
                state.add(order[-1])
            score = _scores(states, tried, rule.time_power)
            score[order] = -np.inf
            score[self._excluded(order)] = -np.inf
            best = int(np.argmax(score))
            if not np.isfinite(score[best]):
                break
            order.append(best)
        return order

    def _excluded(self, order: Sequence[int]) -> list[int]:
        """Return the candidates of families that may not take the next position."""
        families = [candidate.family for candidate in self.evidence.candidates]
        held = [families[i] for i in order]
        limit = _MAX_FAMILY_SHARE * _CAPPED if len(order) < _CAPPED else np.inf
        n_early_left = _EARLY - len(order)
        must_be_new = 0 < n_early_left <= _MIN_EARLY_FAMILIES - len(set(held))
        return [
            i
            for i, family in enumerate(families)
            if held.count(family) >= limit or (must_be_new and family in held)
        ]


def _scores(
    states: Sequence[_State], tried: NDArray[np.float64], time_power: float | None
) -> NDArray[np.float64]:
    """Return the mean gain per time of each candidate over the tasks."""
    if time_power is None:
        delays = np.sum([state.delays() for state in states], axis=0) / np.maximum(tried, 1e-9)
        score = np.sum([state.gains() for state in states], axis=0) / (delays + _OVERHEAD)
    else:
        score = np.sum([s.gains() / (s.usable_seconds + 0.2) ** time_power for s in states], axis=0)
    # The mean over the tasks on which a candidate was tried, shrunk towards no gain.
    scores: NDArray[np.float64] = np.where(
        tried >= _MIN_TRIED_SHARE, score / (tried + _PRIOR_WEIGHT), -np.inf
    )
    return scores


class _State:
    """An ensemble on a task, extended by blending in one member at a time."""

    def __init__(
        self, task: TaskEvidence, scale: RegretScale, seconds: NDArray[np.float64], weight: float
    ) -> None:
        self.seconds = seconds
        self.weight = weight
        self.elapsed = STARTUP
        self._task, self._scale = task, scale
        self._validation, self._test = task.validation[:, :_MAX_ROWS], task.test[:, :_MAX_ROWS]
        self._y = task.y_validation[:_MAX_ROWS], task.y_test[:_MAX_ROWS]
        self._members: list[int] = []
        self._blend: tuple[Floats, Floats] | None = None

    def add(self, member: int) -> None:
        """Add a member with the weight that is best on the validation rows."""
        self.elapsed += self._wall_seconds[member]
        if not self._task.known[member]:
            return
        validation, test = self._validation[member], self._test[member]
        if self._blend is None:
            self._blend = validation, test
            return
        share = _SHARES[int(np.argmin(self._losses(member)))]
        old_validation, old_test = self._blend
        if self._losses(member).min() < self._loss(old_validation, 0):
            self._blend = (
                old_validation + share * (validation - old_validation),
                old_test + share * (test - old_test),
            )

    @property
    def usable_seconds(self) -> NDArray[np.float64]:
        """Seconds of each candidate, 1 where it was not tried."""
        return np.where(np.isfinite(self.seconds), self.seconds, 1.0)

    @property
    def _weight_left(self) -> float:
        """Weight of the task, 0 after the horizon."""
        return self.weight if self.elapsed < _HORIZON else 0.0

    @property
    def _wall_seconds(self) -> NDArray[np.float64]:
        """Seconds by which each candidate delays later ones, given all workers."""
        return np.where(np.isfinite(self.seconds), self.seconds, 0.0) / N_WORKERS

    def delays(self) -> NDArray[np.float64]:
        """Return the weighted share of the logarithm of time that each candidate takes."""
        delays: NDArray[np.float64] = np.log1p(self._wall_seconds / max(self.elapsed, TIME_GRID[0]))
        return self._weight_left * delays

    def gains(self) -> NDArray[np.float64]:
        """Return the weighted gain in regret of each candidate."""
        known = self._task.known
        gains = np.zeros(len(known))
        if self._blend is None:
            now = MAX_REGRET
            after = self._scale.regret(self._loss(self._test[known], 1))
        else:
            old_validation, old_test = self._blend
            now = float(self._scale.regret(self._loss(old_test, 1)))
            shares = _SHARES[:, np.newaxis, np.newaxis]
            blends = old_validation + shares * (self._validation[known] - old_validation)
            losses = self._loss(blends, 0)
            best = np.argmin(losses, axis=0)
            helps = losses.min(axis=0) < self._loss(old_validation, 0)
            share = (_SHARES[best] * helps)[:, np.newaxis]
            after = self._scale.regret(
                self._loss(old_test + share * (self._test[known] - old_test), 1)
            )
        gains[known] = now - after
        # Soft thresholding: gains within the noise of the task count little.
        soft = np.sign(gains) * np.maximum(np.abs(gains) - 0.1 * min(self._scale.noise, 1.0), 0.0)
        weighted: NDArray[np.float64] = self._weight_left * soft
        return weighted

    def _losses(self, member: int) -> NDArray[np.float64]:
        if self._blend is None:
            raise ValueError("the ensemble is empty")
        old = self._blend[0]
        blends = old + _SHARES[:, np.newaxis] * (self._validation[member] - old)
        return self._loss(blends, 0)

    def _loss(self, predictions: Floats, part: int) -> NDArray[np.float64]:
        return loss_of(predictions, self._y[part], self._task.task)
