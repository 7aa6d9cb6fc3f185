"""Similarity of prior tasks to a table, by meta-features or by results so far (landmarks)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.metalearning.metafeatures.extraction import NAMES
from autoskl.metalearning.prior_tasks import PriorTasks

Array = NDArray[np.float64]

N_NEIGHBOURS = 10
"""Number of nearest tasks whose best configurations come first."""

_CLIP = 3.0
_SCALES = {"log_rows": 3.0, "log_columns": 4.0, "log_classes": 2.0, "share_categorical": 0.5}
"""Difference in each feature that reduces the weight of a task to 1/e."""

_PAIRS_PER_E_FOLD = 5.0
"""Discordant pairs that reduce the weight of a task to 1/e."""

_MAX_PAIRS = 15

_PRIOR_WEIGHT = 0.25
"""Weight of tasks without gain that is added to every member's tasks."""

_UNKNOWN_REGRET = 1.5
_TIME_POWER = 0.6
_OVERHEAD = 0.2
_POSITION_DECAY = 0.9


def distances(prior: PriorTasks, features: Mapping[str, float]) -> Array:
    """Return the distance of each task by meta-features.

    It is the mean absolute difference of the features known for both, scaled by the median and
    interquartile range of the tasks and clipped, so that no single feature dominates.

    Parameters
    ----------
    prior : PriorTasks
        Of the type of the table.
    features : mapping of str to float
        Meta-features of the table.

    Returns
    -------
    ndarray of shape (n_tasks,)
    """
    table = np.array([features.get(name, np.nan) for name in NAMES])
    everything = np.vstack([prior.features, table])
    usable = np.isfinite(prior.features).any(axis=0)
    everything = everything[:, usable]
    low, middle, high = np.nanquantile(everything[:-1], [0.25, 0.5, 0.75], axis=0)
    scaled = np.clip((everything - middle) / np.maximum(high - low, 1e-3), -_CLIP, _CLIP)
    scaled = np.nan_to_num(scaled)
    found: Array = np.abs(scaled[:-1] - scaled[-1]).mean(axis=1)
    return found


def similar_first(
    order: Sequence[str], prior: PriorTasks, features: Mapping[str, float]
) -> list[str]:
    """Return configurations with the best ones of the nearest tasks moved behind the first.

    Parameters
    ----------
    order : sequence of str
        Keys of configurations.
    prior : PriorTasks
        Of the type of the table.
    features : mapping of str to float
        Meta-features of the table.

    References
    ----------
    M. Feurer, J. Springenberg, F. Hutter. "Initializing Bayesian hyperparameter optimization via
    meta-learning". AAAI 2015.
    """
    place = {key: i for i, key in enumerate(prior.keys)}
    known = [key for key in order if key in place]
    if not known or not prior.names:
        return list(order)
    regrets = prior.regrets[:, [place[key] for key in known]]
    near = np.argsort(distances(prior, features), kind="stable")[:N_NEIGHBOURS]
    best = [known[int(np.nanargmin(regrets[t]))] for t in near if np.isfinite(regrets[t]).any()]
    return list(dict.fromkeys([order[0], *best, *order]))


def size_weights(prior: PriorTasks, features: Mapping[str, float]) -> Array:
    """Return the weights of prior tasks before any result.

    Parameters
    ----------
    prior : PriorTasks
        Of the type of the table.
    features : mapping of str to float
        Meta-features of the table, of which only rows, columns, classes and kinds are used.
    """
    away = np.zeros(len(prior.names))
    for name, scale in _SCALES.items():
        difference = prior.features[:, NAMES.index(name)] - features.get(name, np.nan)
        away += np.abs(np.nan_to_num(difference)) / scale
    return prior.weights * np.exp(-away)


def landmark_weights(weights: Array, regrets: Array, losses: Array) -> Array:
    """Return weights of tasks by their agreement with the losses so far.

    Each pair of configurations that a task ranks the other way round reduces its weight, the more
    the larger their difference is there.

    Parameters
    ----------
    weights : ndarray of shape (n_tasks,)
        Weights before any result.
    regrets : ndarray of shape (n_tasks, n_run)
        Regrets of the configurations with results; NaN where unknown.
    losses : ndarray of shape (n_run,)
        Losses on the table.

    References
    ----------
    R. Leite, P. Brazdil, J. Vanschoren. "Selecting classification algorithms with active testing".
    MLDM 2012.
    """
    first, second = np.triu_indices(len(losses), 1)
    if not len(first):
        return weights
    theirs = np.nan_to_num(regrets[:, first] - regrets[:, second])
    gaps = np.minimum(np.abs(theirs), 1.0)
    discordant = np.sign(theirs) != np.sign(losses[first] - losses[second])
    discordance = (gaps * discordant).sum(axis=1) / np.maximum(gaps.sum(axis=1), 1e-9)
    found: Array = weights * np.exp(-min(len(first), _MAX_PAIRS) / _PAIRS_PER_E_FOLD * discordance)
    return found


class RelativeLandmarks:
    """Chooses the next member by its expected gain on similar tasks per predicted second.

    The seconds are those predicted before the fit: measured ones would make it irreproducible.

    Parameters
    ----------
    prior : PriorTasks
        Of the type of the table.
    features : mapping of str to float
        Meta-features of the table.
    order : sequence of str
        Keys of the portfolio; earlier members are preferred.
    seconds : sequence of float
        Predicted seconds of each member.
    """

    def __init__(
        self,
        prior: PriorTasks,
        features: Mapping[str, float],
        order: Sequence[str],
        seconds: Sequence[float],
    ) -> None:
        place = {key: i for i, key in enumerate(prior.keys)}
        self._weights = size_weights(prior, features)
        self._column = {key: i for i, key in enumerate(order)}
        self._regrets = np.full((len(prior.names), len(order)), np.nan)
        for i, key in enumerate(order):
            if key in place:
                self._regrets[:, i] = prior.regrets[:, place[key]]
        decay = _POSITION_DECAY ** np.arange(len(order))
        self._worth = decay / (np.asarray(seconds, np.float64) + _OVERHEAD) ** _TIME_POWER

    def choose(self, waiting: Sequence[str], losses: Mapping[str, float]) -> str:
        """Return the member to try next.

        Parameters
        ----------
        waiting : sequence of str
            Keys of the members that have not been started.
        losses : mapping of str to float
            Losses of the members with results; infinite for failures.
        """
        if len(waiting) == len(self._column):
            return waiting[0]
        finite = {k: v for k, v in losses.items() if k in self._column and np.isfinite(v)}
        regrets = self._regrets[:, [self._column[key] for key in finite]]
        weights = landmark_weights(self._weights, regrets, np.array(list(finite.values())))
        started = [i for key, i in self._column.items() if key not in set(waiting)]
        incumbent = np.nan_to_num(self._regrets[:, started], nan=_UNKNOWN_REGRET).min(axis=1)
        columns = [self._column[key] for key in waiting]
        theirs = self._regrets[:, columns]
        gains = np.maximum(incumbent[:, np.newaxis] - np.nan_to_num(theirs, nan=np.inf), 0.0)
        total = max(float(weights.sum()), 1e-300)
        known = weights @ np.isfinite(theirs) / total
        expected = (weights @ gains / total + 1e-4) / (known + _PRIOR_WEIGHT)
        return waiting[int(np.argmax(expected * self._worth[columns]))]
