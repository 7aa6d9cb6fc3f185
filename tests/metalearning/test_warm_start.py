from __future__ import annotations

from pathlib import Path

import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning import warm_start
from autoskl.metalearning.prior_tasks import PriorTasks
from autoskl.metalearning.shipped import shipped_metadata
from autoskl.metalearning.warm_start import member_chooser, starting_members
from tests.metalearning.prior_factories import prior_tasks
from tests.metalearning.run_factories import dataset, space


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Prior tasks on which the 7th or the 8th member of the portfolio is best."""
    order = [c.key for c in shipped_metadata().order(Task.BINARY, 80)]
    keys = [order[0], order[6], order[7], order[8]]
    made: PriorTasks = prior_tasks(keys)
    monkeypatch.setattr(warm_start, "shipped_tasks", lambda: made)
    return keys


def members(how: str | bool) -> list[Configuration]:
    return list(starting_members(space(), dataset(), how))


def test_a_cold_start_has_a_linear_model_and_the_default() -> None:
    assert members(False) == [space().complete({"model": "linear"}), space().default()]


def test_similar_tasks_lead_the_portfolio(keys: list[str]) -> None:
    usual, similar = members("portfolio"), members("similar")
    assert sorted(usual, key=str) == sorted(similar, key=str)
    assert similar[:2] == [usual[0], usual[6]]


def test_members_of_the_users_store_keep_their_places(keys: list[str]) -> None:
    listed = members("portfolio")
    own = space().complete({"model": "lightgbm", "lightgbm:num_leaves": 11})
    choose = member_chooser(space(), dataset(), [listed[0], own, *listed[1:]], lambda c: 1.0)
    assert choose([own, *listed[1:]], {listed[0]: 0.3}) == own
    assert choose(listed[1:], {listed[0]: 0.3, own: 0.2}) == listed[6]


def test_without_prior_tasks_the_portfolio_is_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autoskl.metalearning.prior_tasks import NO_TASKS

    monkeypatch.setattr(warm_start, "shipped_tasks", lambda: NO_TASKS)
    assert members("similar") == members("portfolio")
    choose = member_chooser(space(), dataset(), members("landmarks"), lambda c: 1.0)
    assert choose(members("landmarks")[1:], {}) == members("portfolio")[1]
