"""The tasks learned from in the form in which they are shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.metalearning.learning.greedy import Learner, Rule
from autoskl.metalearning.metafeatures.extraction import NAMES
from autoskl.metalearning.prior_tasks import PriorTasks

Features = Mapping[str, Mapping[str, float]]


def task_table(
    learner: Learner,
    features: Features,
    keys: Sequence[str] | None = None,
    tasks: Sequence[int] | None = None,
) -> PriorTasks:
    """Return tasks with the regret of single configurations on their test rows.

    Parameters
    ----------
    learner : Learner
    features : mapping of str to mapping
        Meta-features by task.
    keys : sequence of str, default=None
        Configurations; all by default.
    tasks : sequence of int, default=None
        Numbers of tasks; all by default.
    """
    place = {c.key: i for i, c in enumerate(learner.evidence.candidates)}
    chosen = tuple(place if keys is None else keys)
    numbers = range(len(learner.evidence.tasks)) if tasks is None else tasks
    there = [learner.evidence.tasks[i] for i in numbers]
    described = [features.get(task.name, {}) for task in there]
    regrets = np.full((len(there), len(chosen)), np.nan)
    for row, number in zip(regrets, numbers, strict=True):
        all_regrets = _regrets(learner, number)
        for column, key in enumerate(chosen):
            row[column] = all_regrets[place[key]] if key in place else np.nan
    weights = learner.weights(Rule())[list(numbers)]
    return PriorTasks(
        names=tuple(task.name for task in there),
        types=tuple(task.task for task in there),
        weights=weights * len(learner.evidence.tasks),
        features=np.array([[f.get(n, np.nan) for n in NAMES] for f in described]).reshape(
            len(there), len(NAMES)
        ),
        keys=chosen,
        regrets=regrets,
    )


def _regrets(learner: Learner, number: int) -> NDArray[np.float64]:
    task, scale = learner.evidence.tasks[number], learner.scales[number]
    found = np.full(len(task.known), np.nan)
    found[task.known] = scale.regret(task.loss_on_test(task.test[task.known]))
    return found
