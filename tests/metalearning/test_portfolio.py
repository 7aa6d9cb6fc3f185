from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.components.component import Shape
from autoskl.components.models.lightgbm import LightGBM
from autoskl.components.registry import register, unregister
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning.portfolio import order_by_cost, portfolio_for
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.tables.columns import Column, Kind

MIXED = (
    Column("a", Kind.NUMERIC, has_missing=True),
    Column("b", Kind.CATEGORICAL, n_levels=5),
)
NUMBERS = (Column("a", Kind.NUMERIC), Column("b", Kind.NUMERIC))


def space_of(task, columns, **choice):
    return pipeline_space(task, columns, Shape(n_rows=500, n_columns=2), is_sparse=False, **choice)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("columns", [MIXED, NUMBERS])
def test_members_are_valid_and_distinct(task, columns):
    space = space_of(task, columns)
    members = list(portfolio_for(space, task, 500))
    assert len(members) == len(set(members)) >= 12
    for member in members:
        space.validate(member)


def test_the_portfolio_starts_with_a_fast_linear_model():
    for task in Task:
        first = next(portfolio_for(space_of(task, NUMBERS), task, 500))
        assert first["model"] == "linear"
        assert first["scaler"] == "standard"


def test_members_outside_the_space_are_dropped():
    space = space_of(Task.BINARY, NUMBERS, include=["random_forest"])
    members = list(portfolio_for(space, Task.BINARY, 500))
    assert {member["model"] for member in members} == {"random_forest"}
    narrow = space_of(Task.BINARY, NUMBERS).override("lightgbm:num_leaves", upper=16, default=8)
    for member in portfolio_for(narrow, Task.BINARY, 500):
        assert member.get("lightgbm:num_leaves", 1) <= 16


def test_a_registered_family_is_tried_early():
    name = register(LightGBM(), "own_trees")
    try:
        space = space_of(Task.BINARY, NUMBERS)
        third = [m["model"] for m in portfolio_for(space, Task.BINARY, 500)][:3][-1]
    finally:
        unregister(name)
    assert third == "own_trees"


def test_lazy_members_are_dropped_on_large_tables():
    space = space_of(Task.BINARY, NUMBERS)
    for n_rows, there in ((20_000, True), (20_001, False), (10**6, False)):
        models = {member["model"] for member in portfolio_for(space, Task.BINARY, n_rows)}
        assert ("k_nearest_neighbors" in models) is there


def test_registered_lazy_families_are_dropped_on_large_tables(monkeypatch):
    space = space_of(Task.BINARY, NUMBERS)
    assert "lightgbm" in {m["model"] for m in portfolio_for(space, Task.BINARY, 10**6)}
    monkeypatch.setattr(LightGBM, "tags", replace(LightGBM.tags, lazy=True))
    assert "lightgbm" not in {m["model"] for m in portfolio_for(space, Task.BINARY, 10**6)}


def test_expensive_members_are_deferred():
    members = [Configuration({"model": name}) for name in "abcde"]
    seconds = dict(zip(members, [50.0, 1.0, 40.0, 2.0, 30.0], strict=True))
    order = order_by_cost(members, seconds.__getitem__, 100.0)
    # The first stays; 30 and 40 are more than a quarter of the 50 s that are left, 40 more so.
    assert [m["model"] for m in order] == ["a", "b", "d", "e", "c"]


@given(
    seconds=st.lists(st.floats(0.01, 1000), min_size=1, max_size=12),
    limit=st.floats(0.1, 2000),
)
def test_ordering_by_cost_loses_no_member(seconds, limit):
    members = [Configuration({"model": str(i)}) for i in range(len(seconds))]
    costs = dict(zip(members, seconds, strict=True))
    order = order_by_cost(members, costs.__getitem__, limit)
    assert order[0] == members[0]
    assert sorted(order, key=hash) == sorted(members, key=hash)


def test_cheap_members_keep_the_learned_order():
    members = [Configuration({"model": name}) for name in "abc"]
    assert order_by_cost(members, lambda m: 1.0, 1000.0) == members
