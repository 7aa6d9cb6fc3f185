"""Prior knowledge of an optimizer about a table, from results on other data sets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Role
from autoskl.core.configuration import Configuration
from autoskl.core.trial import Trial
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.metafeatures.size import size_features
from autoskl.metalearning.prior_tasks import PriorTasks, shipped_tasks
from autoskl.metalearning.shipped import shipped_metadata
from autoskl.metalearning.similarity import size_weights
from autoskl.metalearning.value_prior import LEARNED_SHARE, value_weights
from autoskl.optimizers.observation import Observation
from autoskl.space.discrete import Choice
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset

Vector = NDArray[np.float64]

FAMILIES, VALUES, RESULTS = "families", "values", "results"
PARTS = frozenset({FAMILIES, VALUES, RESULTS})
"""Parts of the prior: weights of families, weights of values, regrets of configurations."""

_NEARLY_BEST = 0.1
"""A family counts as good on a data set if its regret is within this of the best family."""

_MIN_TASKS = 5.0
"""Effective number of data sets needed to trust mean regrets."""


@dataclass(frozen=True, slots=True)
class OptimizerPrior:
    """Knowledge from other data sets in the form that an optimizer uses.

    Attributes
    ----------
    space : Space
        With larger prior weights for families and values that are often good.
    results : tuple of Observation
        Observations of configurations on similar data sets, for `Archive.transfer`: the losses are
        mean regrets, of which only the order matters.
    """

    space: Space
    results: tuple[Observation, ...] = ()


def optimizer_prior(
    space: Space, dataset: Dataset, parts: Collection[str] = PARTS
) -> OptimizerPrior:
    """Return the prior knowledge about a table from the shipped metadata.

    Data sets are weighted by the similarity of their numbers of rows, columns and classes to those
    of the table.

    Parameters
    ----------
    space : Space
        Search space of the table.
    dataset : Dataset
    parts : collection of {"families", "values", "results"}, default=all
        Parts to include; the ablation in ``benchmarks/optimizer_priors.py`` omits some.
    """
    prior = shipped_tasks().of_type(dataset.task)
    weights = size_weights(prior, size_features(dataset))
    candidates = shipped_metadata().candidates
    if weights.sum() < _MIN_TASKS * weights.max(initial=0.0) or not len(weights):
        return OptimizerPrior(space)
    configurations = _configurations(space, prior, candidates)
    likely: dict[str, tuple[float, ...]] = {}
    if FAMILIES in parts:
        likely |= _family_weights(space, prior, weights, candidates)
    if VALUES in parts:
        likely |= value_weights(space, prior, weights, configurations)
    results = _results(prior, weights, configurations) if RESULTS in parts else ()
    return OptimizerPrior(space.weighted(likely), results)


def _configurations(
    space: Space, prior: PriorTasks, candidates: Mapping[str, PortableConfiguration]
) -> dict[int, Configuration]:
    """Return the configuration in the space of the table for each column of the regrets."""
    configurations = {
        column: candidates[key].to_configuration(space)
        for column, key in enumerate(prior.keys)
        if key in candidates
    }
    return {column: each for column, each in configurations.items() if each is not None}


def _family_weights(
    space: Space,
    prior: PriorTasks,
    weights: Vector,
    candidates: Mapping[str, PortableConfiguration],
) -> dict[str, tuple[float, ...]]:
    """Return weights of families by how often each is among the best.

    The total weight of the families that were tried stays that of the catalogue.
    """
    choice = space.parameters.get(Role.MODEL.value)
    if not isinstance(choice, Choice) or choice.weights is None:
        return {}
    shares = _shares_of_families(prior, weights, candidates)
    before = dict(zip(choice.values, choice.weights, strict=True))
    known = [family for family in shares if before.get(family)]
    total = sum(shares[family] for family in known)
    if total <= 0:
        return {}
    mass = sum(before[family] for family in known)
    after = dict(before)
    for family in known:
        learned = mass * shares[family] / total
        after[family] += LEARNED_SHARE * (learned - before[family])
    return {choice.name: tuple(after[family] for family in choice.values)}


def _shares_of_families(
    prior: PriorTasks, weights: Vector, candidates: Mapping[str, PortableConfiguration]
) -> dict[str, float]:
    """Return the share of tasks on which each family is nearly the best."""
    regrets = np.where(np.isnan(prior.regrets), np.inf, prior.regrets)
    columns: dict[str, list[int]] = {}
    for place, key in enumerate(prior.keys):
        if key in candidates:
            columns.setdefault(candidates[key].family, []).append(place)
    best = {family: regrets[:, places].min(axis=1) for family, places in columns.items()}
    least = np.min(list(best.values()), axis=0) if best else np.empty(0)
    return {
        family: float(weights @ (own <= least + _NEARLY_BEST) / weights.sum())
        for family, own in best.items()
    }


def _results(
    prior: PriorTasks, weights: Vector, configurations: Mapping[int, Configuration]
) -> tuple[Observation, ...]:
    """Return the mean regret of each configuration that was tried on enough tasks."""
    tried = np.isfinite(prior.regrets)
    seen = weights @ tried
    means = weights @ np.where(tried, prior.regrets, 0.0) / np.maximum(seen, 1e-300)
    enough = [column for column in configurations if seen[column] >= _MIN_TASKS * weights.max()]
    return tuple(
        Observation(Trial(number, configurations[column]), float(means[column]))
        for number, column in enumerate(enough)
    )
