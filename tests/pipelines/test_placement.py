from __future__ import annotations

import numpy as np
import pytest

from autoskl.components.component import Role
from autoskl.pipelines.placement import STEPS, columns_after, columns_read, place_step
from autoskl.tables.columns import Column, Kind
from tests.pipelines.factories import CITY, GAPS, MIXED, NUMBER, PLAN

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
    assert columns_read(role, (*MIXED, WHEN)) == positions


@pytest.mark.parametrize("role", STEPS)
def test_columns_after_matches_the_output_of_place_step(role: Role) -> None:
    columns = (NUMBER, CITY, GAPS, PLAN, WHEN)
    read = columns_read(role, columns)
    made = tuple(Column(f"-{columns[i].name}", columns[i].kind) for i in read)
    step = place_step(role, Negative(), columns, read)
    left = columns_after(role, columns, read, made)
    X = np.arange(1.0, 11.0).reshape(2, 5)
    if not read:
        return
    Z = step.fit_transform(X)
    names = [column.name for column in columns]
    for values, column in zip(Z.T, left, strict=True):
        sign = -1 if column.name.startswith("-") else 1
        np.testing.assert_array_equal(values, sign * X[:, names.index(column.name.lstrip("-"))])


def test_categories_come_before_columns_of_estimated_number() -> None:
    for role in (Role.IMPUTER, Role.SCALER, Role.FEATURES, Role.SELECTOR):
        left = columns_after(role, MIXED, columns_read(role, MIXED), NEW * 3)
        assert [column.name for column in left] == ["city", "plan", "new", "new", "new"]


def test_steps_that_read_all_columns_are_not_wrapped() -> None:
    step = Negative()
    assert place_step(Role.SCALER, step, (NUMBER, GAPS), [0, 1]) is step
    assert place_step(Role.SCALER, step, (), []) is step
    assert columns_after(Role.SCALER, (NUMBER, GAPS), [0, 1], NEW) == NEW
    assert columns_after(Role.SCALER, (), [], ()) == ()
