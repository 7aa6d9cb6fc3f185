from __future__ import annotations

import json

import pytest

from autoskl.components.component import Shape
from autoskl.core.task import Task
from autoskl.metalearning.portfolio import portfolio_for, read_portfolio
from autoskl.metalearning.shipped import metadata_file
from autoskl.pipelines.template import pipeline_space
from autoskl.tables.columns import Column, Kind

MIXED = (
    Column("a", Kind.NUMERIC, has_missing=True),
    Column("b", Kind.CATEGORICAL, n_levels=5),
)
NUMBERS = (Column("a", Kind.NUMERIC), Column("b", Kind.NUMERIC))


def space_of(task, columns, **choice):
    return pipeline_space(task, columns, False, Shape(n_rows=500, n_columns=2), **choice)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("columns", [MIXED, NUMBERS])
def test_members_are_legal_and_distinct(task, columns):
    space = space_of(task, columns)
    members = list(portfolio_for(space, task, 500))
    assert len(members) == len(set(members)) >= 12
    for member in members:
        space.validate(member)


@pytest.mark.parametrize("task", list(Task))
def test_every_line_is_used_by_the_full_catalogue(task):
    lines = [entry for entry in read_portfolio() if task in entry.tasks]
    members = list(portfolio_for(space_of(task, MIXED), task, 500))
    assert len(members) == len(lines)


def test_it_starts_with_a_quick_linear_model():
    for task in Task:
        first = next(portfolio_for(space_of(task, NUMBERS), task, 500))
        assert first["model"] == "linear"
        assert first["scaler"] == "standard"


def test_what_the_space_lacks_is_left_out():
    space = space_of(Task.BINARY, NUMBERS, include=["random_forest"])
    members = list(portfolio_for(space, Task.BINARY, 500))
    assert {member["model"] for member in members} == {"random_forest"}
    narrow = space_of(Task.BINARY, NUMBERS).override("lightgbm:num_leaves", upper=16, default=8)
    for member in portfolio_for(narrow, Task.BINARY, 500):
        assert member.get("lightgbm:num_leaves", 1) <= 16


def test_slow_members_are_not_for_large_tables():
    space = space_of(Task.BINARY, NUMBERS)
    models = {member["model"] for member in portfolio_for(space, Task.BINARY, 10**6)}
    assert "k_nearest_neighbors" not in models


def test_another_file_replaces_it(tmp_path):
    path = tmp_path / "mine.jsonl"
    line = {"tasks": ["binary"], "values": {"model": "lightgbm", "lightgbm:num_leaves": 7}}
    path.write_text(json.dumps(line) + "\n")
    space = space_of(Task.BINARY, NUMBERS)
    (only,) = portfolio_for(space, Task.BINARY, 500, read_portfolio(path))
    assert only["lightgbm:num_leaves"] == 7


def test_a_broken_line_is_told(tmp_path):
    path = tmp_path / "broken.jsonl"
    path.write_text('{"tasks": "binary", "values": []}\n')
    with pytest.raises(ValueError, match="needs a list of tasks"):
        read_portfolio(path)


def test_a_missing_file_is_told():
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv.*missing from this installation"):
        metadata_file("nothing.csv")
