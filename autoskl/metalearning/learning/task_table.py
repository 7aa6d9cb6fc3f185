"""The table of prior tasks that is shipped, built from evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.metalearning.learning.greedy import PortfolioLearner, SelectionRule
from autoskl.metalearning.metafeatures.extraction import NAMES
from autoskl.metalearning.prior_tasks import PriorTasks

Features = Mapping[str, Mapping[str, float]]


def task_table(
    learner: PortfolioLearner,
    features: Features,
    keys: Sequence[str] | None = None,
    tasks: Sequence[int] | None = None,
) -> PriorTasks:
    """Return the tasks with the regrets of single configurations on their test rows.

    Parameters
    ----------
    learner : PortfolioLearner
    features : mapping of str to mapping
        Meta-features by task.
    keys : sequence of str, default=None
        Keys of the configurations; all by default.
    tasks : sequence of int, default=None
        Numbers of tasks; all by default.
    """
    place = {c.key: i for i, c in enumerate(learner.evidence.candidates)}
    chosen = tuple(place if keys is None else keys)
    numbers = range(len(learner.evidence.tasks)) if tasks is None else tasks
    selected = [learner.evidence.tasks[i] for i in numbers]
    of_tasks = [features.get(task.name, {}) for task in selected]
    regrets = np.full((len(selected), len(chosen)), np.nan)
    for row, number in zip(regrets, numbers, strict=True):
        all_regrets = _regrets(learner, number)
        for column, key in enumerate(chosen):
            row[column] = all_regrets[place[key]] if key in place else np.nan
    weights = learner.weights(SelectionRule())[list(numbers)]
    return PriorTasks(
        names=tuple(task.name for task in selected),
        types=tuple(task.task for task in selected),
        weights=weights * len(learner.evidence.tasks),
        features=np.array([[f.get(n, np.nan) for n in NAMES] for f in of_tasks]).reshape(
            len(selected), len(NAMES)
        ),
        keys=chosen,
        regrets=regrets,
    )


def _regrets(learner: PortfolioLearner, number: int) -> NDArray[np.float64]:
    task, scale = learner.evidence.tasks[number], learner.scales[number]
    regrets = np.full(len(task.known), np.nan)
    regrets[task.known] = scale.regret(task.loss_on_test(task.test[task.known]))
    return regrets
