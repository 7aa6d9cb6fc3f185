from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autoskl.core.task import Task
from autoskl.metalearning import optimizer_prior as module
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.optimizer_prior import OptimizerPrior, optimizer_prior
from autoskl.metalearning.prior_tasks import NO_TASKS, PriorTasks
from autoskl.metalearning.shipped import Metadata
from autoskl.optimizers.smac import SMAC
from autoskl.space.space import Space
from tests.metalearning.prior_factories import prior_tasks
from tests.metalearning.run_factories import dataset, space

# The second configuration is best on small tasks, the third on large ones, see `prior_factories`.
CANDIDATES = {
    "a": PortableConfiguration((Task.BINARY,), {"model": "linear"}),
    "b": PortableConfiguration((Task.BINARY,), {"model": "lightgbm", "lightgbm:num_leaves": 7}),
    "c": PortableConfiguration((Task.BINARY,), {"model": "random_forest"}),
    "d": PortableConfiguration((Task.BINARY,), {"model": "lightgbm", "lightgbm:num_leaves": 99}),
}
HERE, THERE = space(), dataset(n_rows=256)


def found(monkeypatch: pytest.MonkeyPatch, tasks: PriorTasks, there=THERE) -> OptimizerPrior:
    monkeypatch.setattr(module, "shipped_tasks", lambda: tasks)
    monkeypatch.setattr(module, "shipped_metadata", lambda: Metadata(CANDIDATES, {}))
    return optimizer_prior(HERE, there)


def weights(of: Space) -> dict[str, float]:
    choice = of.parameters["model"]
    return dict(zip(choice.values, np.array(choice.weights) / sum(choice.weights), strict=True))


def ranked(prior: OptimizerPrior) -> list[str]:
    """Return the keys of the transferred candidates, best first."""
    keys = {candidate.to_configuration(HERE): key for key, candidate in CANDIDATES.items()}
    lent = sorted(prior.results, key=lambda observation: observation.loss)
    return [keys[observation.trial.configuration] for observation in lent]


def test_results_come_from_tasks_of_similar_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ranked(found(monkeypatch, prior_tasks())) == ["b", "d", "c", "a"]
    large = dataset(n_rows=65_536)
    assert ranked(found(monkeypatch, prior_tasks(), large)) == ["c", "d", "b", "a"]


def test_families_that_are_often_good_gain_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = weights(HERE), weights(found(monkeypatch, prior_tasks()).space)
    assert after["lightgbm"] > before["lightgbm"]
    assert after["linear"] == pytest.approx(before["linear"] / 2)
    assert after["catboost"] == pytest.approx(before["catboost"])
    assert sum(after.values()) == pytest.approx(1.0)


def test_an_optimizer_accepts_the_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    prior = found(monkeypatch, prior_tasks())
    optimizer = SMAC(prior.space)
    optimizer.archive.transfer(prior.results)
    assert len(optimizer.archive.source_results) == 4
    HERE.validate(optimizer.ask().configuration)


def test_few_tasks_give_no_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = prior_tasks()
    few = replace(
        whole,
        names=whole.names[:4],
        types=whole.types[:4],
        weights=whole.weights[:4],
        features=whole.features[:4],
        regrets=whole.regrets[:4],
    )
    for tasks in (NO_TASKS, few, prior_tasks(task=Task.REGRESSION)):
        assert found(monkeypatch, tasks) == OptimizerPrior(HERE)


def test_configurations_tried_on_few_tasks_are_not_transferred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tasks = prior_tasks()
    tasks.regrets[3:, 0] = np.nan
    assert ranked(found(monkeypatch, tasks)) == ["b", "d", "c"]


def test_the_shipped_metadata_give_a_prior_for_every_type_of_task() -> None:
    prior = optimizer_prior(HERE, dataset(n_rows=2_000))
    assert len(prior.results) > 20
    assert weights(prior.space)["lightgbm"] > 0.15


def test_unknown_configurations_are_skipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prior = found(monkeypatch, prior_tasks(keys=("u", "v", "w", "d")))
    assert ranked(prior) == ["d"]
    assert found(monkeypatch, prior_tasks(keys=tuple("uvwx"))) == OptimizerPrior(HERE)
