"""Prior weights of hyperparameter values, learned from results on other data sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Role
from autoskl.core.configuration import Configuration
from autoskl.metalearning.prior_tasks import PriorTasks
from autoskl.space.parameters import Choice, Integer, Real, level_of
from autoskl.space.space import Space
from autoskl.space.unit_scale import UnitScale

Vector = NDArray[np.float64]
Indices = NDArray[np.intp]

_Weighted = Real | Integer | Choice
"""Types of hyperparameters whose values have weights."""

N_BINS = 8
"""Bins for the range of a numeric hyperparameter without weights."""

_TOP_SHARE = 0.1
"""Share of a family's configurations on a data set that count as good (at least one)."""

_MIN_CONFIGURATIONS = 5
"""Configurations of a family needed to learn weights of its values."""

_PSEUDO_COUNT = 2.0
"""Data sets added to both counts of every value and bin (Dirichlet smoothing)."""

LEARNED_SHARE = 0.5
"""Share of the prior weights that is learned; the rest is that of the catalogue."""


def value_weights(
    space: Space, prior: PriorTasks, weights: Vector, configurations: Mapping[int, Configuration]
) -> dict[str, tuple[float, ...]]:
    """Return prior weights of hyperparameter values, where enough configurations were tried.

    The weight of a value grows with the ratio of two counts of data sets: those on which
    configurations with it are among the best of their family, and those expected by chance, given
    which values were tried.

    Parameters
    ----------
    space : Space
        Search space of the table.
    prior : PriorTasks
        Data sets with the same type of task.
    weights : ndarray of shape (n_tasks,)
        Weight of each data set.
    configurations : mapping of int to Configuration
        Configuration in the space of the table for each column of the regrets.
    """
    found: dict[str, tuple[float, ...]] = {}
    for family, tried in _tried_by_family(prior, configurations).items():
        if len(tried.configurations) < _MIN_CONFIGURATIONS:
            continue
        good, expected = _counts(prior.regrets[:, tried.columns], weights)
        for name, parameter in space.parameters.items():
            if not name.startswith(f"{family}:") or not isinstance(parameter, _Weighted):
                continue
            bins, n_bins = _bins(parameter, tried.configurations)
            if len(set(bins[bins >= 0].tolist())) > 1:
                ratios = _ratios(bins, n_bins, good, expected)
                found[name] = _mixed(parameter, ratios)
    return found


@dataclass(frozen=True, slots=True)
class _Tried:
    """Configurations of a family in the space of the table, and their columns of the regrets."""

    columns: Indices
    configurations: tuple[Configuration, ...]


def _tried_by_family(
    prior: PriorTasks, configurations: Mapping[int, Configuration]
) -> dict[str, _Tried]:
    """Return the configurations of each family that were tried on any data set."""
    found: dict[str, list[tuple[int, Configuration]]] = defaultdict(list)
    for column, configuration in configurations.items():
        if np.isfinite(prior.regrets[:, column]).any():
            found[str(configuration[Role.MODEL.value])].append((column, configuration))
    return {
        family: _Tried(np.array([c for c, _ in pairs], np.intp), tuple(f for _, f in pairs))
        for family, pairs in found.items()
    }


def _counts(regrets: Vector, weights: Vector) -> tuple[Vector, Vector]:
    """Return the number of data sets on which each configuration is good, and that by chance.

    Weighted data sets count as fractions, scaled to sum to their effective number.
    """
    known = np.isfinite(regrets)
    enough = known.sum(axis=1) >= _MIN_CONFIGURATIONS
    regrets, known, weights = regrets[enough], known[enough], weights[enough]
    if not weights.sum() > 0:
        return np.zeros(regrets.shape[1]), np.zeros(regrets.shape[1])
    each = weights * weights.sum() / (weights**2).sum()
    n_known = known.sum(axis=1)
    n_good = np.maximum(np.rint(_TOP_SHARE * n_known), 1.0)
    order = np.argsort(np.where(known, regrets, np.inf), axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    good = (rank < n_good[:, np.newaxis]) / n_good[:, np.newaxis]
    return each @ good, each @ (known / n_known[:, np.newaxis])


def _bins(parameter: _Weighted, configurations: Sequence[Configuration]) -> tuple[Indices, int]:
    """Return the level or bin of each configuration's value, -1 where it has none."""
    name = parameter.name
    if isinstance(parameter, Choice):
        levels = [level_of(parameter, c[name]) if name in c else -1 for c in configurations]
        return np.array(levels, np.intp), len(parameter.levels)
    values = np.array([[c.get(name, np.nan)] for c in configurations], np.float64)
    units = UnitScale([parameter]).to_unit(values)[:, 0]
    n_bins = N_BINS if parameter.weights is None else len(parameter.weights)
    bins = np.clip(np.floor(np.nan_to_num(units) * n_bins), 0, n_bins - 1)
    return np.where(np.isnan(units), -1, bins).astype(np.intp), n_bins


def _ratios(bins: Indices, n_bins: int, good: Vector, expected: Vector) -> Vector:
    present = bins >= 0
    observed = np.bincount(bins[present], good[present], n_bins)
    by_chance = np.bincount(bins[present], expected[present], n_bins)
    ratios: Vector = (observed + _PSEUDO_COUNT) / (by_chance + _PSEUDO_COUNT)
    return ratios


def _mixed(parameter: _Weighted, ratios: Vector) -> tuple[float, ...]:
    """Return weights of which a share of `LEARNED_SHARE` is multiplied by the ratios."""
    base = np.ones(len(ratios)) if parameter.weights is None else np.array(parameter.weights)
    base = base / base.sum()
    learned = base * ratios / (base @ ratios)
    mixed = base + LEARNED_SHARE * (learned - base)
    return tuple(float(f"{weight:.6g}") for weight in mixed)
