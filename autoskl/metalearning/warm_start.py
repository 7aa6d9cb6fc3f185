"""Start of a search: cold, or from what was learned on other data sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from autoskl.components.component import Role
from autoskl.core.configuration import Configuration
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.metafeatures.extraction import meta_features
from autoskl.metalearning.portfolio import portfolio_for
from autoskl.metalearning.prior_tasks import shipped_tasks
from autoskl.metalearning.shipped import shipped_metadata
from autoskl.metalearning.similarity import RelativeLandmarks, similar_first
from autoskl.metalearning.wide_tables import with_sparse_linear
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset

PORTFOLIO, SIMILAR, LANDMARKS = "portfolio", "similar", "landmarks"

MemberChooser = Callable[[Sequence[Configuration], Mapping[Configuration, float]], Configuration]
"""Returns the next of the waiting members, given the losses so far."""

_FIRST_MODEL = "linear"


def starting_members(
    space: Space, dataset: Dataset, warm_start: str | bool = PORTFOLIO
) -> Iterator[Configuration]:
    """Yield the configurations to try first, in order.

    Parameters
    ----------
    space : Space
    dataset : Dataset
    warm_start : {"portfolio", "similar", "landmarks"} or False, default="portfolio"
        ``"similar"`` starts with the best configurations of the nearest data sets by meta-features.
        False uses no knowledge from other data sets: a linear model and the default of the space.
        Otherwise a sparse linear model is second on tables with more columns than rows.
    """
    if not warm_start:
        return _cold(space)
    if warm_start != SIMILAR:
        return with_sparse_linear(
            portfolio_for(space, dataset.task, dataset.n_rows), space, dataset
        )
    prior = shipped_tasks().of_type(dataset.task)
    features = meta_features(dataset)

    def nearest_first(order: Sequence[PortableConfiguration]) -> list[PortableConfiguration]:
        by_key = {candidate.key: candidate for candidate in order}
        return [by_key[key] for key in similar_first(list(by_key), prior, features)]

    portfolio = portfolio_for(space, dataset.task, dataset.n_rows, arrange=nearest_first)
    return with_sparse_linear(portfolio, space, dataset)


def member_chooser(
    space: Space,
    dataset: Dataset,
    members: Sequence[Configuration],
    seconds_of: Callable[[Configuration], float],
) -> MemberChooser:
    """Return a function that chooses the next member by relative landmarks.

    Members without results on prior tasks, such as those of the user's store, keep their places.

    Parameters
    ----------
    space : Space
    dataset : Dataset
    members : sequence of Configuration
        Members in the order of the portfolio.
    seconds_of : callable
        Seconds of a member, predicted before the fit.
    """
    candidates = shipped_metadata().order(dataset.task, dataset.n_rows)
    key_of = {candidate.to_configuration(space): candidate.key for candidate in candidates}
    keys = {member: key_of[member] for member in members if member in key_of}
    members_of = {key: member for member, key in keys.items()}
    landmarks = RelativeLandmarks(
        shipped_tasks().of_type(dataset.task),
        meta_features(dataset),
        list(members_of),
        [seconds_of(member) for member in members_of.values()],
    )

    def choose(
        waiting: Sequence[Configuration], losses: Mapping[Configuration, float]
    ) -> Configuration:
        if waiting[0] not in keys:
            return waiting[0]
        known = [keys[member] for member in waiting if member in keys]
        known_losses = {keys[member]: loss for member, loss in losses.items() if member in keys}
        return members_of[landmarks.choose(known, known_losses)]

    return choose


def _cold(space: Space) -> Iterator[Configuration]:
    """Yield a linear model, if the space has one, and the default of the space."""
    model = Role.MODEL.value
    if _FIRST_MODEL in getattr(space.parameters.get(model), "values", ()):
        yield space.complete({model: _FIRST_MODEL})
    if space.default().get(model) != _FIRST_MODEL:
        yield space.default()
