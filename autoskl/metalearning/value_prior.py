"""Which values of hyperparameters were good on other data sets, as prior weights of a space."""

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
Places = NDArray[np.intp]

_Weighted = Real | Integer | Choice
"""Kinds of hyperparameters whose values have weights."""

N_PARTS = 8
"""Parts of the scale of a number that has no weights yet."""

_TOP_SHARE = 0.1
"""Of the configurations of a family that were tried on a data set: the good ones, at least one."""

_FEWEST = 5
"""Configurations of a family from which on something is said about its values."""

_DOUBT = 2.0
"""Data sets that are added to every value and part as if they told nothing (Dirichlet)."""

LEARNED_SHARE = 0.5
"""Of the prior weights; the rest remains as the catalogue has it."""


def value_weights(
    space: Space, prior: PriorTasks, weights: Vector, fitted: Mapping[int, Configuration]
) -> dict[str, tuple[float, ...]]:
    """Return prior weights of the values of those hyperparameters that something is known of.

    A value is likelier where configurations with it are among the best of their family on more data
    sets than they would be by chance: the ratio of both counts, since it matters which values were
    tried at all.

    Parameters
    ----------
    space : Space
        Of the table.
    prior : PriorTasks
        Other data sets of the type of task.
    weights : ndarray of shape (n_tasks,)
        How much each data set counts.
    fitted : mapping of int to Configuration
        By column of the regrets what its configuration is in the space of the table.
    """
    found: dict[str, tuple[float, ...]] = {}
    for family, tried in _tried(prior, fitted).items():
        if len(tried.configurations) < _FEWEST:
            continue
        good, expected = _counts(prior.regrets[:, tried.columns], weights)
        for name, parameter in space.parameters.items():
            if not name.startswith(f"{family}:") or not isinstance(parameter, _Weighted):
                continue
            places, n_parts = _places(parameter, tried.configurations)
            if len(set(places[places >= 0].tolist())) > 1:
                ratios = _ratios(places, n_parts, good, expected)
                found[name] = _mixed(parameter, ratios)
    return found


@dataclass(frozen=True, slots=True)
class _Tried:
    """Configurations of a family in the space of the table, and their columns of the regrets."""

    columns: Places
    configurations: tuple[Configuration, ...]


def _tried(prior: PriorTasks, fitted: Mapping[int, Configuration]) -> dict[str, _Tried]:
    """Return what was tried of each family."""
    found: dict[str, list[tuple[int, Configuration]]] = defaultdict(list)
    for column, configuration in fitted.items():
        if np.isfinite(prior.regrets[:, column]).any():
            found[str(configuration[Role.MODEL.value])].append((column, configuration))
    return {
        family: _Tried(np.array([c for c, _ in pairs], np.intp), tuple(f for _, f in pairs))
        for family, pairs in found.items()
    }


def _counts(regrets: Vector, weights: Vector) -> tuple[Vector, Vector]:
    """Return on how many data sets each configuration is good, and would be by chance.

    Data sets that count little are parts of one: together they are as many as their effective
    number.
    """
    known = np.isfinite(regrets)
    enough = known.sum(axis=1) >= _FEWEST
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


def _places(parameter: _Weighted, configurations: Sequence[Configuration]) -> tuple[Places, int]:
    """Return the position or part of each configuration's value, -1 where it has none."""
    name = parameter.name
    if isinstance(parameter, Choice):
        levels = [level_of(parameter, c[name]) if name in c else -1 for c in configurations]
        return np.array(levels, np.intp), len(parameter.levels)
    values = np.array([[c.get(name, np.nan)] for c in configurations], np.float64)
    units = UnitScale([parameter]).to_unit(values)[:, 0]
    n_parts = N_PARTS if parameter.weights is None else len(parameter.weights)
    parts = np.clip(np.floor(np.nan_to_num(units) * n_parts), 0, n_parts - 1)
    return np.where(np.isnan(units), -1, parts).astype(np.intp), n_parts


def _ratios(places: Places, n_parts: int, good: Vector, expected: Vector) -> Vector:
    there = places >= 0
    observed = np.bincount(places[there], good[there], n_parts)
    by_chance = np.bincount(places[there], expected[there], n_parts)
    ratios: Vector = (observed + _DOUBT) / (by_chance + _DOUBT)
    return ratios


def _mixed(parameter: _Weighted, ratios: Vector) -> tuple[float, ...]:
    """Return the weights of the catalogue or the user, half of them times the ratios."""
    usual = np.ones(len(ratios)) if parameter.weights is None else np.array(parameter.weights)
    usual = usual / usual.sum()
    learned = usual * ratios / (usual @ ratios)
    mixed = usual + LEARNED_SHARE * (learned - usual)
    return tuple(float(f"{weight:.6g}") for weight in mixed)
