"""The trials of a history, encoded as rows of a search space."""

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
class EncodedTrials:
    """Trials that have a loss.

    Attributes
    ----------
    rows : ndarray of shape (n, n_parameters)
        As encoded by the array view of the space.
    losses : ndarray of shape (n,)
        Comparable across trials: on the folds of the best complete trial.
    trials : ndarray of int of shape (n,)
        Numbers of the trials.
    """

    rows: NDArray[np.float64]
    losses: NDArray[np.float64]
    trials: NDArray[np.intp]


def encode_trials(history: History | Iterable[Observation], space: Space) -> EncodedTrials:
    """Return each configuration at its highest fidelity.

    Failed trials are left out, and so are trials outside the space, such as the constant model.

    Parameters
    ----------
    history : History or iterable of Observation
    space : Space
        The space that was searched.
    """
    best: dict[Configuration, tuple[float, int, float]] = {}
    for trial, loss in _losses(history):
        if not math.isfinite(loss) or not _is_in_space(trial.configuration, space):
            continue
        fidelity = trial.fidelity
        rank = (fidelity.rows * fidelity.epochs * fidelity.folds, trial.number, loss)
        if trial.configuration not in best or rank > best[trial.configuration]:
            best[trial.configuration] = rank
    return EncodedTrials(
        space.view.encode(best),
        np.array([loss for _, _, loss in best.values()], dtype=np.float64),
        np.array([number for _, number, _ in best.values()], dtype=np.intp),
    )


def _losses(history: History | Iterable[Observation]) -> Iterator[tuple[Trial, float]]:
    if isinstance(history, History):
        losses = paired_losses(history.records)
        yield from ((r.trial, losses[r.trial.number]) for r in history.records)
    else:
        yield from ((observation.trial, observation.loss) for observation in history)


def _is_in_space(configuration: Configuration, space: Space) -> bool:
    try:
        space.validate(configuration)
    except ValueError:
        return False
    return True
