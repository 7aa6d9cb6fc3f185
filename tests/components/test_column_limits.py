"""No step adds more columns than the limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autoskl.components.building.column_limits import MAX_COLUMNS, MAX_INDICATORS, max_new_columns
from autoskl.components.component import Context, Shape
from autoskl.components.registry import component
from autoskl.components.transformers.hashing_encoder import HashingEncoder
from autoskl.core.task import Task
from autoskl.tables.columns import Column, Kind

ONE_HOT = component("one_hot")
VALUES = ONE_HOT.parameters(Task.BINARY).default()


def context_of(n_rows: int, n_columns: int, n_levels: int = 500) -> Context:
    columns = (Column("code", Kind.CATEGORICAL, n_levels=n_levels, has_missing=True),) * n_columns
    shape = Shape(n_rows=n_rows, n_columns=n_columns, n_classes=2)
    return Context(task=Task.BINARY, columns=columns, shape=shape)


def build_boosting(context: Context) -> Any:
    return ONE_HOT.build(VALUES, context)


@pytest.mark.parametrize(
    ("n_rows", "most_cells", "columns"),
    [(0, 1e6, 2_000), (10_000, 1e6, 100), (10_000, 1e8, 2_000), (10**9, 1e6, 8)],
)
def test_both_columns_and_cells_are_limited(n_rows: int, most_cells: float, columns: int) -> None:
    assert max_new_columns(Shape(n_rows=n_rows, n_columns=3), most_cells) == columns


@pytest.mark.parametrize("n_rows", [1_000, 50_000, 200_000, 1_000_000, 12_000_000])
@pytest.mark.parametrize("n_columns", [1, 3, 40, 300, 1_000, 5_000])
@pytest.mark.parametrize("n_levels", [1, 3, 500])
def test_one_hot_columns_stay_within_the_limit(n_rows: int, n_columns: int, n_levels: int) -> None:
    context = context_of(n_rows, n_columns, n_levels)
    made = len(ONE_HOT.columns_out(VALUES, context))
    assert made <= MAX_COLUMNS
    assert made * n_rows <= MAX_INDICATORS
    step = build_boosting(context)
    if not isinstance(step, HashingEncoder):
        assert min(step.max_categories, n_levels + 1) * n_columns <= made
        assert step.max_categories >= 2


@pytest.mark.parametrize(
    ("n_rows", "n_columns", "most"), [(1_000, 1, 255), (1_000, 20, 100), (1_000_000, 10, 10)]
)
def test_typical_tables_keep_many_categories(n_rows: int, n_columns: int, most: int) -> None:
    assert build_boosting(context_of(n_rows, n_columns)).max_categories == most


def test_columns_with_few_categories_leave_their_share_to_others() -> None:
    assert build_boosting(context_of(1_000_000, 30, n_levels=2)).max_categories == 8
    assert build_boosting(context_of(1_000_000, 30)).max_categories == 3


def test_categories_are_hashed_if_one_hot_columns_exceed_the_limit() -> None:
    context = context_of(1_000_000, 1_000)
    rng = np.random.default_rng(0)
    X = rng.integers(0, 500, (20, 1_000)).astype(np.float32)
    X[3] = np.nan
    made = build_boosting(context).fit(X).transform(X)
    assert made.shape == (20, 100) == (20, len(ONE_HOT.columns_out(VALUES, context)))
    assert np.isfinite(made).all()
    assert made.dtype == np.float32
