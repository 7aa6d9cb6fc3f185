from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from autoskl.components.component import Shape
from autoskl.components.preprocessing.log_response import LogResponse
from autoskl.components.registry import register, unregister
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning.response_scales import ResponseScales
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.space.space import Space
from autoskl.tables.columns import Column, Kind

COLUMNS = (Column("a", Kind.NUMERIC),)


def space_of(*, skewed: bool) -> Space:
    shape = Shape(n_rows=500, n_columns=1, has_skewed_values=skewed)
    return pipeline_space(Task.REGRESSION, COLUMNS, shape, is_sparse=False)


def members(space: Space, n: int = 20) -> list[Configuration]:
    return [space.complete({"model": "lightgbm", "lightgbm:num_leaves": 10 + i}) for i in range(n)]


def is_log(configuration: Configuration) -> bool:
    return configuration["response"] == "log_response"


def taken(plain: float, log: float, n: int = 20) -> str:
    """Return the scales in order, as P and L, where all members of a scale have the same loss."""
    space = space_of(skewed=True)
    scales = ResponseScales(space)
    asked: list[Configuration] = []
    losses: dict[Configuration, float] = {}
    for member in members(space, n):
        due = scales.next_form(scales.forms(member), asked, losses)
        space.validate(due)
        assert {**due, "response": "plain_response"}.items() >= {
            key: value for key, value in member.items() if key != "response"
        }.items()
        asked.append(due)
        losses[due] = log if is_log(due) else plain
    return "".join("L" if is_log(configuration) else "P" for configuration in asked)


def test_the_better_scale_gets_most_members_and_the_other_ever_fewer() -> None:
    assert taken(plain=1.0, log=2.0) == "P" + "PLPLPPLPPPPLPPPPPPP"[:19]
    assert taken(plain=2.0, log=1.0) == "P" + "PLLPLLPLLLLPLLLLLLL"[:19]


def test_without_results_scales_take_turns_at_first() -> None:
    assert taken(plain=math.inf, log=math.inf, n=4) == "PPLP"


def test_a_scale_that_fails_gives_way() -> None:
    assert taken(plain=1.0, log=math.inf).count("L") == taken(plain=1.0, log=2.0).count("L")


def test_without_other_scales_members_have_one_form() -> None:
    space = space_of(skewed=False)
    scales = ResponseScales(space)
    for member in members(space):
        assert scales.forms(member) == (member,)
        assert scales.next_form(scales.forms(member), [member], {}) == member


def test_members_on_a_log_scale_have_one_form() -> None:
    space = space_of(skewed=True)
    (member, log) = ResponseScales(space).forms(members(space)[0])
    assert is_log(log)
    assert not is_log(member)
    assert ResponseScales(space).forms(log) == (log,)


@pytest.fixture
def root_response() -> Iterator[str]:
    name = register(LogResponse(), "root_response")
    yield name
    unregister(name)


def test_registered_scales_take_turns(root_response: str) -> None:
    space = space_of(skewed=True)
    member = members(space)[0]
    scales = ResponseScales(space)
    forms = scales.forms(member)
    assert [form["response"] for form in forms[:1]] == ["plain_response"]
    assert sorted(form["response"] for form in forms[1:]) == ["log_response", root_response]
    asked: list[Configuration] = []
    for each in members(space, 9):
        asked.append(scales.next_form(scales.forms(each), asked, {}))
    assert {form["response"] for form in asked} == {form["response"] for form in forms}
