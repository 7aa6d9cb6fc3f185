"""The trials of a history as rows of a space."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.core.trial import Trial
from autoskl.history.history import History
from autoskl.history.ranking import paired_losses
from autoskl.optimizers.observation import Observation
from autoskl.space.space import Space


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Trials with a loss, encoded.

    Attributes
    ----------
    rows : ndarray of shape (n, n_parameters)
        As the array view of the space encodes them.
    losses : ndarray of shape (n,)
        On the folds of the best of the complete trials, so that easy folds lift no one.
    trials : ndarray of int of shape (n,)
    """

    rows: NDArray[np.float64]
    losses: NDArray[np.float64]
    trials: NDArray[np.intp]


def observed(history: History | Iterable[Observation], space: Space) -> Observed:
    """Return the trials at the highest fidelity that each configuration reached.

    Those that failed, and those that are no configurations of the space (such as the constant
    model), are left out.
    """
    best: dict[Configuration, tuple[float, int, float]] = {}
    for trial, loss in _results(history):
        if not math.isfinite(loss) or not _belongs(trial.configuration, space):
            continue
        fidelity = trial.fidelity
        rank = (fidelity.rows * fidelity.epochs * fidelity.folds, trial.number, loss)
        if trial.configuration not in best or rank > best[trial.configuration]:
            best[trial.configuration] = rank
    return Observed(
        space.view.encode(best),
        np.array([loss for _, _, loss in best.values()], dtype=np.float64),
        np.array([number for _, number, _ in best.values()], dtype=np.intp),
    )


def _results(history: History | Iterable[Observation]) -> Iterator[tuple[Trial, float]]:
    if isinstance(history, History):
        losses = paired_losses(history.records)
        yield from ((r.trial, losses[r.trial.number]) for r in history.records)
    else:
        yield from ((observation.trial, observation.loss) for observation in history)


def _belongs(configuration: Configuration, space: Space) -> bool:
    try:
        space.validate(configuration)
    except ValueError:
        return False
    return True
