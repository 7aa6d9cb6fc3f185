"""What a search begins with, and whether that is fitted before the workers are ready."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Ladder
from autoskl.metalearning.portfolio import arranged
from autoskl.metalearning.shorter_training import first_within, smaller_forms
from autoskl.metalearning.warm_start import starting_members
from autoskl.search.cost_model import CostModel
from autoskl.search.pool_cap import pool_cap
from autoskl.search.settings import Settings
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset

if TYPE_CHECKING:
    from autoskl.metalearning.experience import Recollection

_SMALL_CELLS = 1_000_000
"""Largest rows x columns x classes of a small table."""

_SMALL_BYTES = 1_000_000
"""Length of the texts for which this holds too."""

_QUICK = ("linear", "gaussian_naive_bayes", "linear_discriminant", "bayesian_ridge")
"""Families one of which is fitted in the main process while workers get ready."""

_QUICK_SHARE = 0.2
"""Share of the time from which one fold of the first member is too dear to begin with."""

_NETWORK_SHARE = 0.15
"""Share of the time that a network of the portfolio may take; otherwise it is a smaller one."""


def portfolio_of(
    space: Space,
    dataset: Dataset,
    settings: Settings,
    cost_model: CostModel,
    n_core: int,
    recollection: Recollection | None,
) -> list[Configuration]:
    """Return members in order; with a clock, those that would take much of the time come last.

    Parameters
    ----------
    space : Space
    dataset : Dataset
    settings : Settings
    cost_model : CostModel
    n_core : int
        Folds of a complete trial.
    recollection : Recollection or None
        What the user's store remembers, which leads the others.
    """

    def seconds_of(member: Configuration) -> float:
        return n_core * cost_model.prior(member)

    members = starting_members(space, dataset, settings.warm_start)
    core_seconds = (settings.time_limit or math.inf) * settings.n_jobs
    if settings.time_limit is not None:
        most = _NETWORK_SHARE * core_seconds
        members = (first_within(smaller_forms(m, space), seconds_of, most) for m in members)
    elif recollection is None:
        members = islice(members, settings.n_trials)  # whatever comes later will not be tried
    # Two members may differ by nothing but their epochs. A space of the user's that no member fits
    # still starts with its default.
    listed = list(dict.fromkeys(members)) or [space.default()]
    if recollection is not None:
        listed = recollection.lead(listed)
    if settings.time_limit is not None:
        listed = arranged(listed, seconds_of, core_seconds)
        listed = _beginning_quickly(listed, space, cost_model, settings.time_limit)
    return list(islice(listed, _places(settings, dataset.n_rows)))


def _places(settings: Settings, n_rows: int) -> int | None:
    """Return how many members are tried at most: a search that is named gets half of the pool.

    On few rows the members alone would fill it, and whoever names a search wants it to search. A
    number of trials is the user's own, and a larger one goes on where a smaller one has ended.
    """
    is_default = isinstance(settings.search, str) and settings.search == "auto"
    if is_default or settings.n_trials is not None:
        return settings.n_trials
    return math.ceil(pool_cap(n_rows) / 2)


def starts_here(
    portfolio: Sequence[Configuration], dataset: Dataset, settings: Settings, ladder: Ladder
) -> bool:
    """Whether the portfolio opens with a model that is fitted before the workers are ready.

    Under a clock the search looks at what it would cost.

    Parameters
    ----------
    portfolio : sequence of Configuration
    dataset : Dataset
    settings : Settings
    ladder : Ladder
        Shares of rows that trials climb.
    """
    short = dataset.texts is None or dataset.texts.n_bytes <= _SMALL_BYTES
    if not portfolio or not short or ladder is not FULL_ONLY or settings.n_trials == 0:
        return False
    if settings.timed:
        return portfolio[0]["model"] in _QUICK
    return is_small(dataset) and portfolio[0]["model"] == "linear"


def is_small(dataset: Dataset) -> bool:
    """Whether quick models of a table are fitted in less time than workers take to get ready."""
    return dataset.n_rows * dataset.width * dataset.n_classes <= _SMALL_CELLS


def _beginning_quickly(
    listed: list[Configuration], space: Space, cost_model: CostModel, time_limit: float
) -> list[Configuration]:
    """Put the quickest of some families in front, where the first member may not end in time."""
    known = getattr(space.parameters.get("model"), "values", ())
    quick = [space.complete({"model": family}) for family in _QUICK if family in known]
    if not quick or cost_model.prior(listed[0]) <= _QUICK_SHARE * time_limit:
        return listed
    first = min(quick, key=cost_model.prior)
    return [first, *(member for member in listed if member != first)]
