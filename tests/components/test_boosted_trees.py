"""Behaviour common to the boosted-tree libraries."""

from __future__ import annotations

import pytest

from autoskl.components.component import Context, Shape
from autoskl.components.registry import component
from autoskl.core.optional import is_installed
from autoskl.core.task import Task
from autoskl.tables.columns import Column, Kind

COLUMNS = (
    Column("number", Kind.NUMERIC),
    Column("few", Kind.CATEGORICAL, 30),
    Column("many", Kind.CATEGORICAL, 3_000),
)


@pytest.mark.parametrize(("library", "expected"), [("xgboost", (1,)), ("lightgbm", (1, 2))])
def test_categorical_columns_are_passed_to_the_library(library, expected):
    if not is_installed(library):
        pytest.skip(f"{library} is not installed")
    family = component(library)
    context = Context(task=Task.BINARY, columns=COLUMNS, shape=Shape(n_rows=10_000, n_columns=3))
    model = family.build(family.parameters(Task.BINARY).default(), context)
    assert tuple(model.categorical) == expected
