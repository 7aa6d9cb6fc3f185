"""Regions of a search space in which hyperparameters are independent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.optimizers.algorithms import algorithm_choice
from autoskl.space.array_view import ArrayView
from autoskl.space.parameters import level_of

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Allowed = Mapping[int, NDArray[np.bool_]]
"""Whether each value of a hyperparameter is allowed, by column."""


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Parts of a space; the hyperparameters of each part are independent.

    Attributes
    ----------
    probabilities : ndarray of shape (n_regions,)
    measures : tuple of (ndarray of shape (n_regions, n_states))
        For each hyperparameter, the probabilities of its states: of its values, or, if it is a
        number, of following its prior and of having its default.
    """

    probabilities: Vector
    measures: tuple[Matrix, ...]

    def restrict(self, allowed: Allowed) -> Regions:
        """Return the parts of regions in which only allowed values occur."""
        probabilities, changed = self.probabilities, {}
        for column, levels in allowed.items():
            kept = np.where(levels, self.measures[column], 0.0)
            shares = kept.sum(axis=1, keepdims=True)
            probabilities = probabilities * shares[:, 0]
            changed[column] = kept / np.where(shares > 0, shares, 1.0)
        left = probabilities > 0
        measures = (changed.get(j, measure)[left] for j, measure in enumerate(self.measures))
        return Regions(probabilities[left], tuple(measures))


def regions(view: ArrayView, activating: Sequence[Allowed]) -> Regions:
    """Return a region for each algorithm, in which inactive hyperparameters have their default.

    Further choices are treated as independent of the hyperparameters that they activate.

    Parameters
    ----------
    view : ArrayView
    activating : sequence of Allowed
        See `activating_values`.
    """
    states = [_states(view, j) for j in range(len(view))]
    top = algorithm_column(view)
    if top is None:
        return Regions(np.ones(1), tuple(prior[None] for prior, _ in states))
    probabilities = states[top][0]
    levels = np.flatnonzero(probabilities)
    always = np.ones(len(probabilities), dtype=bool)
    measures = [
        np.where(activating[j].get(top, always)[levels, None], prior, at_default)
        for j, (prior, at_default) in enumerate(states)
    ]
    measures[top] = np.eye(len(probabilities))[levels]
    return Regions(probabilities[levels], tuple(measures))


def algorithm_column(view: ArrayView) -> int | None:
    """Return the column of the algorithm choice, None if there is none."""
    name = algorithm_choice(view.space)
    return None if name is None else view.column[name]


def activating_values(view: ArrayView) -> tuple[Allowed, ...]:
    """Return which values of other hyperparameters let each one be active.

    Conditions are followed up to the roots. Only choices and ordinals are considered; conditions on
    integers are ignored.
    """
    found: list[Allowed] = []
    for name in view.names:
        allowed: dict[int, NDArray[np.bool_]] = {}
        for condition in view.space.conditions_of(name):
            # Parents precede their children.
            parent = view.column[condition.parent]
            required = dict(found[parent])
            if view.n_levels[parent]:
                parameter = view.space.parameters[condition.parent]
                levels = np.zeros(view.n_levels[parent], dtype=bool)
                levels[[level_of(parameter, value) for value in condition.values]] = True
                required[parent] = levels
            for column, levels in required.items():
                allowed[column] = allowed.get(column, True) & levels
        found.append(allowed)
    return tuple(found)


def _states(view: ArrayView, j: int) -> tuple[Vector, Vector]:
    """Return the probabilities of the states of a hyperparameter: its prior, and inactive."""
    weights = view.weights[j]
    if weights is None:
        return np.array([1.0, 0.0]), np.array([0.0, 1.0])
    return weights, np.eye(len(weights))[int(view.defaults[j])]
