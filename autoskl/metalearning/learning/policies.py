"""Ways to go through a learned list on an unseen task: what the simulator compares them with."""

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
    LEAST_RESULTS,
    SHORTEST,
    Timings,
    categories_of,
    fit_family,
    predict,
)
from autoskl.metalearning.learning.evidence import FOLDS_PAID
from autoskl.metalearning.learning.greedy import Learner
from autoskl.metalearning.learning.simulation import (
    MOMENTS,
    N_WORKERS,
    STARTUP,
    ensemble_curve,
    regret_curve,
)
from autoskl.metalearning.learning.task_table import Features, task_table
from autoskl.metalearning.portfolio import arranged
from autoskl.metalearning.prior_tasks import PriorTasks
from autoskl.metalearning.similarity import RelativeLandmarks, similar_first

Array = NDArray[np.float64]

Policy = Callable[["Prepared", int, Sequence[int]], Array]
"""From what is prepared, the number of a task and a list to the regret at each moment."""


@dataclass(frozen=True)
class Prepared:
    """What may be known on the tasks of one part: all of the others.

    Attributes
    ----------
    learner : Learner
    features : mapping
        Meta-features by task.
    others : tuple of int
        Numbers of the tasks that were learned from.
    """

    learner: Learner
    features: Features
    others: tuple[int, ...]

    @cached_property
    def prior(self) -> PriorTasks:
        """The other tasks."""
        return task_table(self.learner, self.features, tasks=self.others)

    @cached_property
    def predicted(self) -> Array:
        """Seconds (n_tasks, n_candidates) predicted from those of the other tasks."""
        return predicted_seconds_of(self.learner, self.features, self.others)


def landmarks(known: Prepared, number: int, order: Sequence[int]) -> Array:
    """Choose each member by relative landmarks."""
    learner = known.learner
    task, candidates = learner.evidence.tasks[number], learner.evidence.candidates
    keys = [candidates[i].key for i in order]
    place = dict(zip(keys, order, strict=True))
    choice = RelativeLandmarks(
        known.prior.of_type(task.task),
        known.features.get(task.name, {}),
        keys,
        known.predicted[number, list(order)].tolist(),
    )
    losses = np.full(len(candidates), np.inf)
    losses[task.known] = task.loss_on_validation(task.validation[task.known])
    waiting = [key for key in keys if np.isfinite(learner.seconds[number][place[key]])]
    free, ends = [STARTUP] * N_WORKERS, dict[int, float]()
    while waiting:
        now = heapq.heappop(free)
        told = {candidates[i].key: float(losses[i]) for i, end in ends.items() if end <= now}
        key = waiting[0] if not ends else choice.choose(waiting, told)
        waiting.remove(key)
        ends[place[key]] = now + float(learner.seconds[number][place[key]])
        heapq.heappush(free, ends[place[key]])
    return ensemble_curve(list(ends), list(ends.values()), task, learner.scales[number])


def nearest(known: Prepared, number: int, order: Sequence[int]) -> Array:
    """Begin with the best of the nearest tasks."""
    learner = known.learner
    task, candidates = learner.evidence.tasks[number], learner.evidence.candidates
    place = {candidates[i].key: i for i in order}
    prior = known.prior.of_type(task.task)
    keys = similar_first(list(place), prior, known.features.get(task.name, {}))
    ordered = [place[key] for key in keys]
    return regret_curve(ordered, task, learner.scales[number], learner.seconds[number])


def by_allowance(known: Prepared, number: int, order: Sequence[int]) -> Array:
    """Let dear members pass the others, at each moment as if it were the limit of the fit."""
    learner = known.learner
    task, scale = learner.evidence.tasks[number], learner.scales[number]
    seconds = dict(enumerate(known.predicted[number]))
    curve = np.empty(len(MOMENTS))
    for k, moment in enumerate(MOMENTS):
        ordered = arranged(list(order), seconds.__getitem__, moment * N_WORKERS)
        curve[k] = regret_curve(ordered, task, scale, learner.seconds[number])[k]
    return curve


POLICIES: Mapping[str, Policy] = {
    "+ what fits the time": by_allowance,
    "+ nearest tasks first": nearest,
    "+ relative landmarks": landmarks,
}


def predicted_seconds_of(learner: Learner, features: Features, others: Sequence[int]) -> Array:
    """Return seconds (n_tasks, n_candidates) that the cost model of some tasks predicts.

    Parameters
    ----------
    learner : Learner
    features : mapping of str to mapping
        Meta-features by task.
    others : sequence of int
        Numbers of the tasks whose seconds may be known.
    """
    tasks, candidates = learner.evidence.tasks, learner.evidence.candidates
    held = [categories_of(features.get(task.name, {})) for task in tasks]
    shapes = [Shape(n_rows=t.rows_fit, n_columns=t.columns, n_classes=t.classes) for t in tasks]
    measured = np.array([task.seconds for task in tasks])
    learned = np.zeros(len(tasks), bool)
    learned[list(others)] = True
    found = np.ones(measured.shape)
    for family in sorted({candidate.family for candidate in candidates}):
        columns = [i for i, candidate in enumerate(candidates) if candidate.family == family]
        values = [candidates[i].values for i in columns]
        factors = np.array([[training_factor(v, s) for v in values] for s in shapes])
        known = _timings(values, shapes, held, measured[:, columns] / factors)
        usable = np.isfinite(measured[:, columns]) & learned[:, None]
        if usable.sum() >= LEAST_RESULTS:
            fitted = fit_family(known, usable.ravel())
            found[:, columns] = factors * predict(known, fitted).reshape(factors.shape)
    growth = np.array([task.growth for task in tasks])
    predicted: Array = found * growth[:, None] * FOLDS_PAID
    return predicted


def _timings(
    values: Sequence[Mapping[str, object]],
    shapes: Sequence[Shape],
    held: Sequence[Categories],
    measured: Array,
) -> Timings:
    """Return the timings of a family, all configurations of the first task first."""
    pairs = [(v, s, h) for s, h in zip(shapes, held, strict=True) for v in values]
    return Timings(
        np.array([cost_features(v, s) for v, s, _ in pairs]),  # type: ignore[arg-type]
        np.array([cost_logarithms(v, s, h) for v, s, h in pairs]),  # type: ignore[arg-type]
        np.maximum(measured.ravel(), SHORTEST),
        np.array([""] * len(pairs)),
    )
