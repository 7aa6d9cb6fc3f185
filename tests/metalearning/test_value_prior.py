from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.prior_tasks import PriorTasks
from autoskl.metalearning.value_prior import N_BINS, value_weights
from autoskl.space.space import Space
from autoskl.space.unit_scale import UnitScale
from tests.metalearning.prior_factories import prior_tasks
from tests.metalearning.run_factories import space

LEAVES = (4, 8, 16, 32, 64, 128)
CANDIDATES = {
    str(leaves): PortableConfiguration(
        (Task.BINARY,),
        {
            "model": "lightgbm",
            "lightgbm:num_leaves": leaves,
            "lightgbm:extra_trees": leaves > 16,
        },
    )
    for leaves in LEAVES
}
CANDIDATES["linear"] = PortableConfiguration((Task.BINARY,), {"model": "linear"})
HERE = space()


def tasks(best: int) -> PriorTasks:
    """Return tasks on all of which one number of leaves is best."""
    some = prior_tasks()
    regrets = np.tile([0.0 if leaves == best else 0.5 for leaves in LEAVES] + [0.0], (24, 1))
    return replace(some, keys=tuple(CANDIDATES), regrets=regrets)


def fitted(prior: PriorTasks, there: Space) -> dict[int, Configuration]:
    """Return the configurations by their columns."""
    known = [(i, CANDIDATES[key]) for i, key in enumerate(prior.keys) if key in CANDIDATES]
    return {i: candidate.to_configuration(there) for i, candidate in known}


def learned(prior: PriorTasks, weights: np.ndarray | None = None) -> dict[str, np.ndarray]:
    each = prior.weights if weights is None else weights
    found = value_weights(HERE, prior, each, fitted(prior, HERE))
    return {name: np.array(values) / np.sum(values) for name, values in found.items()}


def test_good_values_gain_weight() -> None:
    few, many = learned(tasks(4)), learned(tasks(128))
    assert len(few["lightgbm:num_leaves"]) == N_BINS
    assert few["lightgbm:num_leaves"].argmax() < many["lightgbm:num_leaves"].argmax()
    values = list(HERE.parameters["lightgbm:extra_trees"].values)
    assert few["lightgbm:extra_trees"][values.index(False)] > 0.55
    assert many["lightgbm:extra_trees"][values.index(True)] > 0.55


def test_half_of_the_weight_is_kept() -> None:
    assert learned(tasks(4))["lightgbm:num_leaves"].min() > 0.5 / N_BINS


def test_untried_bins_are_between_good_and_bad_ones() -> None:
    leaves = HERE.parameters["lightgbm:num_leaves"]
    places = UnitScale([leaves]).to_unit(np.array(LEAVES, float)[:, np.newaxis])[:, 0]
    tried = set((places * N_BINS).astype(int).tolist())
    weights = learned(tasks(4))["lightgbm:num_leaves"]
    (untried,) = {round(weights[i], 6) for i in range(N_BINS) if i not in tried}
    assert weights.min() < untried < weights.max()


def test_no_weights_where_all_configurations_agree() -> None:
    assert set(learned(tasks(4))) == {"lightgbm:num_leaves", "lightgbm:extra_trees"}


def test_no_weights_for_a_family_with_few_configurations() -> None:
    prior = tasks(4)
    few = replace(prior, keys=prior.keys[3:], regrets=prior.regrets[:, 3:])
    assert not learned(few)


def test_tasks_of_small_weight_are_weak_evidence() -> None:
    prior = tasks(4)
    one = np.where(np.arange(24) == 0, 1.0, 1e-9)
    sure, unsure = learned(prior)["lightgbm:num_leaves"], learned(prior, one)["lightgbm:num_leaves"]
    assert np.ptp(unsure) < np.ptp(sure)


def test_the_space_accepts_the_weights() -> None:
    found = value_weights(HERE, tasks(4), tasks(4).weights, fitted(tasks(4), HERE))
    weighted = HERE.weighted(found)
    drawn = weighted.restrict("model", "lightgbm").sample(np.random.default_rng(0), 400)
    plain = HERE.restrict("model", "lightgbm").sample(np.random.default_rng(0), 400)
    medians = [np.median([c["lightgbm:num_leaves"] for c in each]) for each in (drawn, plain)]
    assert medians[0] < medians[1]
    assert drawn[0]["model"] == "lightgbm"


def test_bins_of_the_user_are_kept() -> None:
    own = HERE.override("lightgbm:num_leaves", weights=(1.0, 3.0))
    prior = tasks(4)
    found = value_weights(own, prior, prior.weights, fitted(prior, own))["lightgbm:num_leaves"]
    assert len(found) == 2
    assert 0.25 < found[0] / sum(found) < 0.6


@pytest.mark.parametrize("rows", [0, 3])
def test_tasks_with_few_results_are_ignored(rows: int) -> None:
    prior = tasks(4)
    prior.regrets[:, rows:] = np.nan
    assert not learned(prior)
