"""Policies for the order of portfolio members on a held-out task, for comparison by simulation."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Shape
from autoskl.metalearning.costs import (
    Categories,
    cost_features,
    cost_logarithms,
    training_factor,
)
from autoskl.metalearning.learning.cost_fit import (
    MIN_RESULTS,
    MIN_SECONDS,
    Timings,
    categories_of,
    fit_family,
    predict,
)
from autoskl.metalearning.learning.evidence import MEAN_FOLDS
from autoskl.metalearning.learning.greedy import PortfolioLearner
from autoskl.metalearning.learning.simulation import (
    N_WORKERS,
    STARTUP,
    TIME_GRID,
    ensemble_curve,
    regret_curve,
)
from autoskl.metalearning.learning.task_table import Features, task_table
from autoskl.metalearning.portfolio import order_by_cost
from autoskl.metalearning.prior_tasks import PriorTasks
from autoskl.metalearning.similarity import RelativeLandmarks, similar_first

Array = NDArray[np.float64]

Policy = Callable[["HeldOutKnowledge", int, Sequence[int]], Array]
"""Maps knowledge, the number of a task and an order to the regret over time."""


@dataclass(frozen=True)
class HeldOutKnowledge:
    """Knowledge available for the held-out tasks of one fold: all other tasks.

    Attributes
    ----------
    learner : PortfolioLearner
    features : mapping
        Meta-features by task.
    others : tuple of int
        Numbers of the tasks learned from.
    """

    learner: PortfolioLearner
    features: Features
    others: tuple[int, ...]

    @cached_property
    def prior(self) -> PriorTasks:
        """The other tasks."""
        return task_table(self.learner, self.features, tasks=self.others)

    @cached_property
    def predicted(self) -> Array:
        """Seconds (n_tasks, n_candidates) predicted from the other tasks."""
        return predicted_seconds_of(self.learner, self.features, self.others)


def landmarks(known: HeldOutKnowledge, number: int, order: Sequence[int]) -> Array:
    """Choose each member by relative landmarks."""
    learner = known.learner
    task, candidates = learner.evidence.tasks[number], learner.evidence.candidates
    keys = [candidates[i].key for i in order]
    number_of = dict(zip(keys, order, strict=True))
    chooser = RelativeLandmarks(
        known.prior.of_type(task.task),
        known.features.get(task.name, {}),
        keys,
        known.predicted[number, list(order)].tolist(),
    )
    losses = np.full(len(candidates), np.inf)
    losses[task.known] = task.loss_on_validation(task.validation[task.known])
    waiting = [key for key in keys if np.isfinite(learner.seconds[number][number_of[key]])]
    free, ends = [STARTUP] * N_WORKERS, dict[int, float]()
    while waiting:
        now = heapq.heappop(free)
        finished = {candidates[i].key: float(losses[i]) for i, end in ends.items() if end <= now}
        key = waiting[0] if not ends else chooser.choose(waiting, finished)
        waiting.remove(key)
        member = number_of[key]
        ends[member] = now + float(learner.seconds[number][member])
        heapq.heappush(free, ends[member])
    return ensemble_curve(list(ends), list(ends.values()), task, learner.scales[number])


def nearest(known: HeldOutKnowledge, number: int, order: Sequence[int]) -> Array:
    """Start with the best members of the nearest tasks."""
    learner = known.learner
    task, candidates = learner.evidence.tasks[number], learner.evidence.candidates
    place = {candidates[i].key: i for i in order}
    prior = known.prior.of_type(task.task)
    keys = similar_first(list(place), prior, known.features.get(task.name, {}))
    ordered = [place[key] for key in keys]
    return regret_curve(ordered, task, learner.scales[number], learner.seconds[number])


def expensive_last(known: HeldOutKnowledge, number: int, order: Sequence[int]) -> Array:
    """Defer expensive members, with each point of the time grid as the limit of the fit."""
    learner = known.learner
    task, scale = learner.evidence.tasks[number], learner.scales[number]
    seconds = dict(enumerate(known.predicted[number]))
    curve = np.empty(len(TIME_GRID))
    for k, time_limit in enumerate(TIME_GRID):
        ordered = order_by_cost(list(order), seconds.__getitem__, time_limit * N_WORKERS)
        curve[k] = regret_curve(ordered, task, scale, learner.seconds[number])[k]
    return curve


POLICIES: Mapping[str, Policy] = {
    "+ expensive last": expensive_last,
    "+ nearest tasks first": nearest,
    "+ relative landmarks": landmarks,
}


def predicted_seconds_of(
    learner: PortfolioLearner, features: Features, others: Sequence[int]
) -> Array:
    """Return seconds (n_tasks, n_candidates) predicted by a cost model of some tasks.

    Parameters
    ----------
    learner : PortfolioLearner
    features : mapping of str to mapping
        Meta-features by task.
    others : sequence of int
        Numbers of the tasks to fit the cost model to.
    """
    tasks, candidates = learner.evidence.tasks, learner.evidence.candidates
    categories = [categories_of(features.get(task.name, {})) for task in tasks]
    shapes = [Shape(n_rows=t.rows_fit, n_columns=t.columns, n_classes=t.classes) for t in tasks]
    measured = np.array([task.seconds for task in tasks])
    learned = np.zeros(len(tasks), bool)
    learned[list(others)] = True
    found = np.ones(measured.shape)
    for family in sorted({candidate.family for candidate in candidates}):
        columns = [i for i, candidate in enumerate(candidates) if candidate.family == family]
        values = [candidates[i].values for i in columns]
        factors = np.array([[training_factor(v, s) for v in values] for s in shapes])
        known = _timings(values, shapes, categories, measured[:, columns] / factors)
        usable = np.isfinite(measured[:, columns]) & learned[:, None]
        if usable.sum() >= MIN_RESULTS:
            fitted = fit_family(known, usable.ravel())
            found[:, columns] = factors * predict(known, fitted).reshape(factors.shape)
    growth = np.array([task.growth for task in tasks])
    predicted: Array = found * growth[:, None] * MEAN_FOLDS
    return predicted


def _timings(
    values: Sequence[Mapping[str, object]],
    shapes: Sequence[Shape],
    categories: Sequence[Categories],
    measured: Array,
) -> Timings:
    """Return the timings of a family, ordered by task, then configuration."""
    pairs = [(v, s, h) for s, h in zip(shapes, categories, strict=True) for v in values]
    return Timings(
        np.array([cost_features(v, s) for v, s, _ in pairs]),  # type: ignore[arg-type]
        np.array([cost_logarithms(v, s, h) for v, s, h in pairs]),  # type: ignore[arg-type]
        np.maximum(measured.ravel(), MIN_SECONDS),
        np.array([""] * len(pairs)),
    )
