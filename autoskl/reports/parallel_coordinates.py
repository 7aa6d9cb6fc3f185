"""Trials as lines over an axis for each hyperparameter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Value
from autoskl.history.history import History
from autoskl.optimizers.observation import Observation
from autoskl.reports.observed import observed
from autoskl.space.parameters import Integer, Parameter, Real
from autoskl.space.space import Space

_TICKS = 5


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of a parallel-coordinates figure.

    Attributes
    ----------
    name : str
        Of the hyperparameter.
    log : bool
        Whether its scale is logarithmic.
    positions : tuple of float
        Where ticks stand, from 0 to 1.
    labels : tuple of bool, int, float, str or None
        Values at the ticks.
    """

    name: str
    log: bool
    positions: tuple[float, ...]
    labels: tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ParallelCoordinates:
    """What a parallel-coordinates figure shows.

    Attributes
    ----------
    axes : tuple of Axis
        Those of hyperparameters that vary among the lines.
    lines : ndarray of shape (n_trials, n_axes)
        Positions from 0 to 1; NaN where a hyperparameter is inactive.
    losses : ndarray of shape (n_trials,)
        The best line comes last, so that it is drawn over the others.
    trials : ndarray of int of shape (n_trials,)
        Numbers of the trials.
    """

    axes: tuple[Axis, ...]
    lines: NDArray[np.float64]
    losses: NDArray[np.float64]
    trials: NDArray[np.intp]


def parallel_coordinates(
    history: History | Iterable[Observation], space: Space
) -> ParallelCoordinates:
    """Return the lines of all trials with a loss whose configurations belong to the space.

    Parameters
    ----------
    history : History or iterable of Observation
    space : Space
        That was searched.
    """
    found = observed(history, space)
    order = np.argsort(-found.losses, kind="stable")
    rows = found.rows[order]
    scaled = rows / np.where(space.view.n_levels > 1, space.view.n_levels - 1, 1)
    names = space.view.names
    shown = [j for j in range(len(names)) if _varies(rows[:, j])]
    axes = tuple(_axis(space.parameters[names[j]]) for j in shown)
    return ParallelCoordinates(axes, scaled[:, shown], found.losses[order], found.trials[order])


def _varies(column: NDArray[np.float64]) -> bool:
    known = column[~np.isnan(column)]
    return bool(len(known)) and bool(known.min() < known.max())


def _axis(parameter: Parameter) -> Axis:
    if isinstance(parameter, Real | Integer):
        places = np.linspace(0.0, 1.0, _TICKS)
        view = Space([parameter]).view
        labels = [c[parameter.name] for c in view.decode_rows(places[:, None])]
        return Axis(parameter.name, parameter.log, tuple(map(float, places)), tuple(labels))
    levels = tuple(parameter.levels)
    last: Any = max(len(levels) - 1, 1)
    return Axis(parameter.name, False, tuple(i / last for i in range(len(levels))), levels)
