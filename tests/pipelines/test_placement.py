from __future__ import annotations

import numpy as np
import pytest

from autoskl.components.component import Role
from autoskl.pipelines.placement import STEPS, placed, read_by
from autoskl.tables.columns import Column, Kind
from tests.pipelines.made_up import CITY, GAPS, MIXED, NUMBER, PLAN

WHEN = Column("when", Kind.DATETIME)
NEW = (Column("new", Kind.NUMERIC),)


class Negative:
    """A transformer that changes signs."""

    def fit(self, X: object, y: object = None) -> Negative:
        return self

    def transform(self, X: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> object:
        return -X

    def fit_transform(self, X: object, y: object = None) -> object:
        return -X  # type: ignore[operator]

    def get_params(self, deep: bool = True) -> dict[str, object]:
        return {}


def test_order_of_the_steps() -> None:
    assert [role.value for role in STEPS] == [
        "datetime", "text", "levels", "combiner", "encoder", "imputer", "scaler", "features",
        "selector",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "positions"),
    [
        (Role.DATETIME, [4]),
        (Role.TEXT, []),
        (Role.LEVELS, [1, 3]),
        (Role.COMBINER, [0, 1, 2, 3, 4]),
        (Role.ENCODER, [1, 3]),
        (Role.IMPUTER, [0, 2, 4]),
        (Role.SELECTOR, [0, 2, 4]),
    ],
)
def test_each_role_reads_its_columns(role: Role, positions: list[int]) -> None:
    assert read_by(role, (*MIXED, WHEN)) == positions


@pytest.mark.parametrize("role", STEPS)
def test_columns_stand_where_they_are_said_to_stand(role: Role) -> None:
    columns = (NUMBER, CITY, GAPS, PLAN, WHEN)
    read = read_by(role, columns)
    made = tuple(Column(f"-{columns[i].name}", columns[i].kind) for i in read)
    step, left = placed(role, Negative(), columns, read, made)
    X = np.arange(1.0, 11.0).reshape(2, 5)
    if not read:
        return
    Z = step.fit_transform(X)
    names = [column.name for column in columns]
    for values, column in zip(Z.T, left, strict=True):
        sign = -1 if column.name.startswith("-") else 1
        np.testing.assert_array_equal(values, sign * X[:, names.index(column.name.lstrip("-"))])


def test_categories_stand_before_what_may_be_of_any_number() -> None:
    for role in (Role.IMPUTER, Role.SCALER, Role.FEATURES, Role.SELECTOR):
        _, left = placed(role, Negative(), MIXED, read_by(role, MIXED), NEW * 3)
        assert [column.name for column in left] == ["city", "plan", "new", "new", "new"]


def test_a_step_that_reads_everything_stands_alone() -> None:
    step = Negative()
    assert placed(Role.SCALER, step, (NUMBER, GAPS), [0, 1], NEW) == (step, NEW)
    assert placed(Role.SCALER, step, (), [], ()) == (step, ())
