from __future__ import annotations

from autoskl.components.component import Shape
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning.responses import with_log_responses
from autoskl.metalearning.warm_start import starting_members
from autoskl.pipelines.template import pipeline_space
from autoskl.space.space import Space
from autoskl.tables.columns import Column, Kind
from tests.metalearning.made_runs import dataset

COLUMNS = (Column("a", Kind.NUMERIC),)


def space_of(*, skewed: bool) -> Space:
    shape = Shape(n_rows=500, n_columns=1, has_skewed_values=skewed)
    return pipeline_space(Task.REGRESSION, COLUMNS, False, shape)


def members(space: Space) -> list[Configuration]:
    return [space.complete({"model": "lightgbm", "lightgbm:num_leaves": 10 + n}) for n in range(10)]


def scales(found: list[Configuration]) -> list[str]:
    return [str(each["response"]).partition("_")[0] for each in found]


def test_scales_take_turns() -> None:
    space = space_of(skewed=True)
    found = list(with_log_responses(members(space), space))
    assert scales(found) == ["plain", *["plain", "log"] * 4, "plain"]
    assert [each["lightgbm:num_leaves"] for each in found] == list(range(10, 20))
    for each in found:
        space.validate(each)


def test_other_values_have_the_members_as_they_are() -> None:
    space = space_of(skewed=False)
    assert list(with_log_responses(members(space), space)) == members(space)


def test_a_fit_starts_with_them() -> None:
    space = space_of(skewed=True)
    data = dataset()
    values = {**{name: getattr(data, name) for name in ("X", "columns")}, "n_classes": 1}
    regression = type(data)(**values, y=data.X[:, 0] ** 2, task=Task.REGRESSION)
    assert {"plain", "log"} == set(scales(list(starting_members(space, regression))))
