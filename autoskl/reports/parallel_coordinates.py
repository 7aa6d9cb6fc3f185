"""Parallel coordinates: trials as lines across one axis per hyperparameter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Value
from autoskl.history.history import History
from autoskl.optimizers.observation import Observation
from autoskl.optimizers.optimizer import as_space
from autoskl.reports.encoded_trials import encode_trials
from autoskl.space.parameters import Integer, Parameter, Real
from autoskl.space.space import Space

_N_TICKS = 5


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of a parallel-coordinates figure.

    Attributes
    ----------
    name : str
        Name of the hyperparameter.
    log : bool
        Whether the scale is logarithmic.
    positions : tuple of float
        Positions of the ticks, from 0 to 1.
    labels : tuple of bool, int, float, str or None
        Values at the ticks.
    """

    name: str
    log: bool
    positions: tuple[float, ...]
    labels: tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ParallelCoordinates:
    """The content of a parallel-coordinates figure.

    Attributes
    ----------
    axes : tuple of Axis
        One for each hyperparameter that varies between the lines.
    lines : ndarray of shape (n_trials, n_axes)
        Positions from 0 to 1; NaN where a hyperparameter is inactive.
    losses : ndarray of shape (n_trials,)
        In decreasing order, so that the best line is drawn on top.
    trials : ndarray of int of shape (n_trials,)
        Numbers of the trials.
    """

    axes: tuple[Axis, ...]
    lines: NDArray[np.float64]
    losses: NDArray[np.float64]
    trials: NDArray[np.intp]


def parallel_coordinates(
    history: History | Iterable[Observation], space: Space | Any
) -> ParallelCoordinates:
    """Return the lines of all trials that have a loss and belong to the space.

    Parameters
    ----------
    history : History or iterable of Observation
        ``history_`` of an estimator, or ``observations`` of an optimizer.
    space : Space or ConfigSpace.ConfigurationSpace
        The space that was searched.

    Raises
    ------
    TypeError
        If ``space`` is of another type.
    ValueError
        If a space of ConfigSpace cannot be represented.
    """
    space = as_space(space)
    trials = encode_trials(history, space)
    order = np.argsort(-trials.losses, kind="stable")
    rows = trials.rows[order]
    scaled = rows / np.where(space.view.n_levels > 1, space.view.n_levels - 1, 1)
    names = space.view.names
    varying = [j for j in range(len(names)) if _varies(rows[:, j])]
    axes = tuple(_axis(space.parameters[names[j]]) for j in varying)
    return ParallelCoordinates(axes, scaled[:, varying], trials.losses[order], trials.trials[order])


def _varies(column: NDArray[np.float64]) -> bool:
    known = column[~np.isnan(column)]
    return bool(len(known)) and bool(known.min() < known.max())


def _axis(parameter: Parameter) -> Axis:
    if isinstance(parameter, Real | Integer):
        positions = np.linspace(0.0, 1.0, _N_TICKS)
        view = Space([parameter]).view
        labels = [c[parameter.name] for c in view.decode_rows(positions[:, None])]
        return Axis(parameter.name, parameter.log, tuple(map(float, positions)), tuple(labels))
    levels = tuple(parameter.levels)
    last: Any = max(len(levels) - 1, 1)
    return Axis(parameter.name, False, tuple(i / last for i in range(len(levels))), levels)
