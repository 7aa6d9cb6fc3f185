"""Functional ANOVA: the share of a tree's variance that each hyperparameter explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from autoskl.optimizers.algorithms import algorithm_choice
from autoskl.reports.partition import Partition
from autoskl.space.array_view import ArrayView

Vector = NDArray[np.float64]
Allowed = Mapping[int, NDArray[np.bool_]]
"""Whether each value of a hyperparameter is allowed, by column."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A part of the space in which hyperparameters are independent.

    Attributes
    ----------
    probability : float
    measures : tuple of (ndarray of shape (n_cells,))
        Probabilities of the cells of each hyperparameter.
    """

    probability: float
    measures: tuple[Vector, ...]


def regions(view: ArrayView, boxes: Partition) -> list[Region]:
    """Return a region for each algorithm, in which inactive hyperparameters have their default.

    Further choices are treated as independent of the hyperparameters that they activate.
    """
    whole = Region(1.0, boxes.measures)
    name = algorithm_choice(view.space)
    if name is None:
        return [whole]
    top = view.column[name]
    found = []
    for level in np.flatnonzero(boxes.measures[top]):
        region = restrict(whole, {top: np.arange(view.n_levels[top]) == level})
        measures = list(region.measures)
        for j in range(len(view)):
            required = activating_values(view, [j]).get(top)
            if required is not None and not required[level]:
                measures[j] = boxes.at_default[j]
        found.append(replace(region, measures=tuple(measures)))
    return found


def where_active(view: ArrayView, parts: Sequence[Region], columns: Sequence[int]) -> list[Region]:
    """Return the parts of regions in which all given hyperparameters are active."""
    allowed = activating_values(view, columns)
    restricted = [restrict(part, allowed) for part in parts]
    return [part for part in restricted if part.probability > 0]


def total_variance(boxes: Partition, parts: Sequence[Region]) -> float:
    """Return the variance of a tree over all regions."""
    weights = _weights(parts)
    volumes = [_shares(boxes, part).prod(axis=0) for part in parts]
    mean = sum(w * float(v @ boxes.values) for w, v in zip(weights, volumes, strict=True))
    squares = (boxes.values - mean) ** 2
    return sum(w * float(v @ squares) for w, v in zip(weights, volumes, strict=True))


def variance(boxes: Partition, parts: Sequence[Region], columns: Sequence[int]) -> float:
    """Return the variance of a tree's marginal over one or two hyperparameters, computed exactly.

    The marginal is the mean over all others.

    Parameters
    ----------
    boxes : Partition
    parts : sequence of Region
    columns : sequence of int
        Columns of the hyperparameters.

    References
    ----------
    F. Hutter, H. Hoos, K. Leyton-Brown: An efficient approach for assessing hyperparameter
    importance. ICML 2014, algorithm 2.
    """
    mass = np.zeros([len(parts[0].measures[j]) for j in columns])
    sums = mass.copy()
    for weight, part in zip(_weights(parts), parts, strict=True):
        cell_mass = weight * _outer([part.measures[j] for j in columns])
        mass += cell_mass
        sums += cell_mass * _marginal(boxes, part, columns)
    marginal = np.divide(sums, mass, out=np.zeros_like(sums), where=mass > 0)
    return float((mass * (marginal - sums.sum()) ** 2).sum())


def activating_values(view: ArrayView, columns: Sequence[int]) -> Allowed:
    """Return which values of other hyperparameters let all the given ones be active.

    Conditions are followed up to the roots. Only choices and ordinals are considered; conditions on
    integers are ignored.
    """
    space = view.space
    allowed: dict[int, NDArray[np.bool_]] = {}
    names = [view.names[j] for j in columns]
    while names:
        for condition in space.conditions_of(names.pop()):
            parent = view.column[condition.parent]
            names.append(condition.parent)
            if not view.n_levels[parent]:
                continue
            encoded = view.encode([{condition.parent: value} for value in condition.values])
            levels = np.isin(np.arange(view.n_levels[parent]), encoded[:, parent])
            allowed[parent] = allowed.get(parent, np.ones_like(levels)) & levels
    return allowed


def restrict(part: Region, allowed: Allowed) -> Region:
    """Return the part of a region in which only allowed values occur."""
    measures, probability = list(part.measures), part.probability
    for column, levels in allowed.items():
        share = float(measures[column][levels].sum())
        probability *= share
        measures[column] = np.where(levels, measures[column], 0.0) / (share or 1.0)
    return Region(probability, tuple(measures))


def _weights(parts: Sequence[Region]) -> list[float]:
    total = sum(part.probability for part in parts)
    return [part.probability / total for part in parts]


def _shares(boxes: Partition, part: Region) -> NDArray[np.float64]:
    """Return the measure of each box along each hyperparameter: (n_parameters, n_boxes)."""
    return np.stack([m @ p for m, p in zip(boxes.masks, part.measures, strict=True)])


def _marginal(boxes: Partition, part: Region, columns: Sequence[int]) -> NDArray[np.float64]:
    """Return the mean over all other hyperparameters for each cell or pair of cells."""
    others = np.delete(_shares(boxes, part), list(columns), axis=0).prod(axis=0) * boxes.values
    first, *rest = (boxes.masks[j].astype(np.float64) for j in columns)
    return np.asarray(others @ first if not rest else (first * others[:, None]).T @ rest[0])


def _outer(measures: Sequence[Vector]) -> NDArray[np.float64]:
    return measures[0] if len(measures) == 1 else np.outer(*measures)
