"""Importance of hyperparameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoskl.history.history import History
from autoskl.optimizers.observation import Observation
from autoskl.optimizers.optimizer import as_space
from autoskl.reports.encoded_trials import encode_trials
from autoskl.reports.partition import Partition, TreeFeatures, partition
from autoskl.reports.variance_shares import VarianceShares
from autoskl.space.array_view import ArrayView
from autoskl.space.space import Space

if TYPE_CHECKING:
    import pandas as pd

MIN_TRIALS = 10
"""Fewer trials cannot tell apart the effects of several hyperparameters."""

_MAX_PAIRED = 8
"""Number of most important hyperparameters whose pairs are analysed."""

_FENCE = 1.5
"""Losses are clipped this many interdecile ranges beyond the outer deciles."""


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """Shares of the variance of the loss over the space.

    Attributes
    ----------
    single : pandas.DataFrame
        ``hyperparameter``; ``share`` of the total variance that it explains alone, and its standard
        deviation over the trees, ``share_std``; ``active``, the prior probability of being active;
        and ``share_when_active``, its share of the variance where it is active. The most important
        come first.
    pairs : pandas.DataFrame
        ``first``, ``second`` and the ``share`` explained by their interaction, for pairs of the
        most important hyperparameters.
    n_trials : int
        Number of trials that the forest was trained on.
    fit : float
        Out-of-bag R² of the forest. Near or below 0 the shares mean little.
    """

    single: pd.DataFrame
    pairs: pd.DataFrame
    n_trials: int
    fit: float


def importance(
    history: History | Iterable[Observation],
    space: Space | Any,
    *,
    n_trees: int = 64,
    seed: int = 0,
) -> Importance:
    """Return the importance of hyperparameters by functional ANOVA.

    A random forest is trained to predict the loss, and its variance over the whole space, weighted
    by the prior, is decomposed exactly, tree by tree and algorithm by algorithm. A conditional
    hyperparameter is evaluated where it is active, and its share of the total is weighted by the
    probability of that. Losses far beyond the outer deciles are clipped, so that a few diverged
    models do not dominate the result.

    Parameters
    ----------
    history : History or iterable of Observation
        ``history_`` of an estimator, or ``observations`` of an optimizer.
    space : Space or ConfigSpace.ConfigurationSpace
        The space that was searched.
    n_trees : int, default=64
    seed : int, default=0

    Raises
    ------
    TypeError
        If ``space`` is of another type.
    ValueError
        If there are fewer than ten different trials that have a loss, or if a space of ConfigSpace
        cannot be represented.

    References
    ----------
    F. Hutter, H. Hoos, K. Leyton-Brown: An efficient approach for assessing hyperparameter
    importance. ICML 2014.
    """
    import pandas as pd

    space = as_space(space)
    trials = encode_trials(history, space)
    if len(trials.losses) < MIN_TRIALS:
        raise ValueError(
            f"Importance needs {MIN_TRIALS} different trials of this space with a loss. Got "
            f"{len(trials.losses)}."
        )
    view = space.view
    trees, fit = _trees(view, trials.rows, _clip_outliers(trials.losses), n_trees, seed)
    shares = VarianceShares(view, trees)
    single = pd.DataFrame(
        [_single_row(view, shares, j) for j in range(len(view)) if _can_vary(view, j)],
        columns=["hyperparameter", "share", "share_std", "active", "share_when_active"],
    ).sort_values(["share", "hyperparameter"], ascending=[False, True], ignore_index=True)
    top = [view.column[name] for name in single["hyperparameter"][:_MAX_PAIRED]]
    pairs = pd.DataFrame(
        [(view.names[a], view.names[b], shares.pair(a, b).mean()) for a, b in combinations(top, 2)],
        columns=["first", "second", "share"],
    ).sort_values("share", ascending=False, kind="stable", ignore_index=True)
    return Importance(single, pairs, len(trials.losses), fit)


def _trees(
    view: ArrayView, rows: NDArray[np.float64], losses: NDArray[np.float64], n: int, seed: int
) -> tuple[list[Partition], float]:
    """Return the partitions of a random forest and its out-of-bag R²."""
    from sklearn.ensemble import RandomForestRegressor

    features = TreeFeatures(view)
    forest = RandomForestRegressor(
        n, max_features=0.7, min_samples_leaf=2, oob_score=True, random_state=seed
    )
    forest.fit(features(rows), losses)
    trees = [partition(tree.tree_, features) for tree in forest.estimators_]
    return trees, float(forest.oob_score_) if losses.std() > 0 else 0.0


def _single_row(view: ArrayView, shares: VarianceShares, j: int) -> tuple[object, ...]:
    found = shares.single(j)
    return (
        view.names[j],
        float(found.of_total.mean()),
        float(found.of_total.std()),
        found.active,
        float(found.when_active.mean()),
    )


def _can_vary(view: ArrayView, j: int) -> bool:
    levels = view.space.parameters[view.names[j]].levels
    return levels is None or len(levels) > 1


def _clip_outliers(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = np.quantile(losses, [0.1, 0.9])
    reach = _FENCE * (high - low)
    return np.clip(losses, low - reach, high + reach) if reach > 0 else losses
