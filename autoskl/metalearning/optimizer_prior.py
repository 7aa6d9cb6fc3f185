"""What an optimizer knows of a table before its first result: how other data sets went."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Role
from autoskl.core.configuration import Configuration
from autoskl.core.trial import Trial
from autoskl.metalearning.candidates import Candidate
from autoskl.metalearning.metafeatures.size import of_size
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
"""Of the knowledge: weights of families, weights of values, regrets of configurations."""

_NEARLY_BEST = 0.1
"""Regret behind the best of all families within which one counts as good on a data set."""

_FEWEST_TASKS = 5.0
"""Data sets, as many as similar ones count for, from which on regrets are believed."""


@dataclass(frozen=True, slots=True)
class OptimizerPrior:
    """Knowledge from other data sets in the terms of an optimizer.

    Attributes
    ----------
    space : Space
        In which families and values of hyperparameters that are often good are likelier.
    results : tuple of Observation
        Of configurations on data sets like the table, for `Archive.borrow`: their losses are mean
        regrets, of which only the order counts.
    """

    space: Space
    results: tuple[Observation, ...] = ()


def optimizer_prior(
    space: Space, dataset: Dataset, parts: Collection[str] = PARTS
) -> OptimizerPrior:
    """Return what the shipped metadata tell an optimizer about a table.

    Data sets count the more, the more their numbers of rows, columns and classes are like those of
    the table.

    Parameters
    ----------
    space : Space
        Of the table.
    dataset : Dataset
    parts : collection of {"families", "values", "results"}, default=all
        What is told; the ablation in ``benchmarks/optimizer_priors.py`` leaves some out.
    """
    prior = shipped_tasks().of_type(dataset.task)
    weights = size_weights(prior, of_size(dataset))
    candidates = shipped_metadata().candidates
    if weights.sum() < _FEWEST_TASKS * weights.max(initial=0.0) or not len(weights):
        return OptimizerPrior(space)
    fitted = _fitted(space, prior, candidates)
    likely: dict[str, tuple[float, ...]] = {}
    if FAMILIES in parts:
        likely |= _family_weights(space, prior, weights, candidates)
    if VALUES in parts:
        likely |= value_weights(space, prior, weights, fitted)
    results = _results(prior, weights, fitted) if RESULTS in parts else ()
    return OptimizerPrior(space.weighted(likely), results)


def _fitted(
    space: Space, prior: PriorTasks, candidates: Mapping[str, Candidate]
) -> dict[int, Configuration]:
    """Return by column of the regrets what its configuration is in the space of the table."""
    found = {
        column: candidates[key].fitted_to(space)
        for column, key in enumerate(prior.keys)
        if key in candidates
    }
    return {column: each for column, each in found.items() if each is not None}


def _family_weights(
    space: Space, prior: PriorTasks, weights: Vector, candidates: Mapping[str, Candidate]
) -> dict[str, tuple[float, ...]]:
    """Return weights of families by how often each is among the best.

    Together, the families that were tried keep the weight that they have in the catalogue.
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
    prior: PriorTasks, weights: Vector, candidates: Mapping[str, Candidate]
) -> dict[str, float]:
    """Return by family the share of the tasks on which it is nearly the best."""
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
    prior: PriorTasks, weights: Vector, fitted: Mapping[int, Configuration]
) -> tuple[Observation, ...]:
    """Return the mean regret of each configuration that enough of the tasks have tried."""
    tried = np.isfinite(prior.regrets)
    seen = weights @ tried
    means = weights @ np.where(tried, prior.regrets, 0.0) / np.maximum(seen, 1e-300)
    enough = [column for column in fitted if seen[column] >= _FEWEST_TASKS * weights.max()]
    return tuple(
        Observation(Trial(number, fitted[column]), float(means[column]))
        for number, column in enumerate(enough)
    )
