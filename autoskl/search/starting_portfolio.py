"""The configurations that a search starts with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Ladder
from autoskl.metalearning.faster_learning import faster_forms
from autoskl.metalearning.portfolio import order_by_cost
from autoskl.metalearning.shorter_training import first_within, smaller_forms
from autoskl.metalearning.warm_start import starting_members
from autoskl.pipelines.dataset_shape import shape_of
from autoskl.search.cost_model import CostModel
from autoskl.search.pool_cap import pool_cap
from autoskl.search.settings import Settings
from autoskl.search.strategy import choose_ladder
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset

if TYPE_CHECKING:
    from autoskl.metalearning.experience import RecalledConfigurations

_MAX_MAIN_PROCESS_CELLS = 1_000_000
"""Maximum rows x columns x classes of a table that is fitted in the main process."""

_MAX_MAIN_PROCESS_BYTES = 1_000_000
"""Maximum length of its texts."""

_QUICK_FAMILIES = ("linear", "gaussian_naive_bayes", "linear_discriminant", "bayesian_ridge")
"""Families that may be fitted in the main process while the workers start."""

_MAX_FIRST_SHARE = 0.2
"""Share of the time above which one fold of the first member is too expensive to start with."""

_MAX_SLOW_SHARE = 0.15
"""Share of the time that a network of the portfolio may take; larger ones are made smaller. On
a single fold with a ladder of rows, slower boosted trees get a higher learning rate."""


def starting_portfolio(
    space: Space,
    dataset: Dataset,
    settings: Settings,
    cost_model: CostModel,
    n_core: int,
    recollection: RecalledConfigurations | None,
) -> list[Configuration]:
    """Return the members in order; in timed runs, the expensive ones come last.

    Parameters
    ----------
    space : Space
    dataset : Dataset
    settings : Settings
    cost_model : CostModel
    n_core : int
        Folds of a complete trial.
    recollection : RecalledConfigurations or None
        Configurations from the user's store, which come first.
    """

    def seconds_of(member: Configuration) -> float:
        return n_core * cost_model.prior(member)

    rows = choose_ladder(shape_of(dataset), n_core, math.inf).rungs[0].fidelity.rows
    has_rungs = n_core == 1 and rows < 1

    def seconds_on_lowest_rung(member: Configuration) -> float:
        starts_low = has_rungs and component(member.model).tags.budget_aware
        return n_core * cost_model.prior(member, rows=rows if starts_low else 1.0)

    members = starting_members(space, dataset, settings.warm_start)
    core_seconds = (settings.time_limit or math.inf) * settings.n_jobs
    if settings.time_limit is not None:
        limit = _MAX_SLOW_SHARE * core_seconds
        members = (first_within(smaller_forms(m, space), seconds_of, limit) for m in members)
        if has_rungs:
            members = (first_within(faster_forms(m, space), seconds_of, limit) for m in members)
    elif recollection is None:
        members = islice(members, settings.n_trials)  # the others will not be tried
    # Members may be equal after the reduction. A user-defined space without any member starts with
    # its default configuration.
    listed = list(dict.fromkeys(members)) or [space.default()]
    if recollection is not None:
        listed = recollection.prepend_to(listed)
    if settings.time_limit is not None:
        listed = order_by_cost(listed, seconds_on_lowest_rung, core_seconds)
        listed = _start_quickly(listed, space, cost_model, settings.time_limit)
    return list(islice(listed, _max_members(settings, dataset.n_rows)))


def _max_members(settings: Settings, n_rows: int) -> int | None:
    """Return the maximum number of members: a named optimizer gets half of the pool.

    On few rows the members alone would fill the pool, and whoever names an optimizer expects it to
    propose something. With ``n_trials`` the order must not depend on the number, so that a larger
    number continues where a smaller one has ended.
    """
    is_default = isinstance(settings.search, str) and settings.search == "auto"
    if is_default or settings.n_trials is not None:
        return settings.n_trials
    return math.ceil(pool_cap(n_rows) / 2)


def starts_in_main(
    portfolio: Sequence[Configuration], dataset: Dataset, settings: Settings, ladder: Ladder
) -> bool:
    """Return whether the first member can be fitted before the workers are ready.

    In timed runs, its predicted time is checked later. In others it is not known well enough where
    fits have a time limit, which cannot be enforced in the main process.

    Parameters
    ----------
    portfolio : sequence of Configuration
    dataset : Dataset
    settings : Settings
    ladder : Ladder
        Ladder of shares of the rows.
    """
    has_short_texts = dataset.texts is None or dataset.texts.n_bytes <= _MAX_MAIN_PROCESS_BYTES
    if not portfolio or not has_short_texts or ladder is not FULL_ONLY or settings.n_trials == 0:
        return False
    if settings.timed:
        return portfolio[0]["model"] in _QUICK_FAMILIES
    is_limited = settings.trial_time_limit is not None
    return is_small(dataset) and portfolio[0]["model"] == "linear" and not is_limited


def is_small(dataset: Dataset) -> bool:
    """Return whether quick models of a table are fitted before the workers are ready."""
    return dataset.n_rows * dataset.width * dataset.n_classes <= _MAX_MAIN_PROCESS_CELLS


def _start_quickly(
    listed: list[Configuration], space: Space, cost_model: CostModel, time_limit: float
) -> list[Configuration]:
    """Put the quickest family first if the first member may not end in time."""
    known = getattr(space.parameters.get("model"), "values", ())
    quick = [space.complete({"model": family}) for family in _QUICK_FAMILIES if family in known]
    if not quick or cost_model.prior(listed[0]) <= _MAX_FIRST_SHARE * time_limit:
        return listed
    first = min(quick, key=cost_model.prior)
    return [first, *(member for member in listed if member != first)]
