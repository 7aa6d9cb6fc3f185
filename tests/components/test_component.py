from __future__ import annotations

import pytest

from autoskl.components.component import Context, Shape
from autoskl.core.task import Task
from autoskl.tables.columns import Column, Kind

SHAPE = Shape(n_rows=10, n_columns=1)


@pytest.mark.parametrize(
    ("metric", "wanted"),
    [
        ("neg_mean_absolute_error", True),
        ("neg_median_absolute_error", True),
        ("neg_mean_absolute_percentage_error", False),
        ("squared_error", False),
        ("", False),
    ],
)
def test_median_is_predicted_for_absolute_error(metric: str, wanted: bool) -> None:
    context = Context(task=Task.REGRESSION, columns=(), shape=SHAPE, metric=metric)
    assert context.wants_median is wanted


def test_context_without_columns_is_sparse() -> None:
    assert Context(task=Task.BINARY, columns=(), shape=SHAPE).is_sparse
    column = Column("a", Kind.NUMERIC)
    assert not Context(task=Task.BINARY, columns=(column,), shape=SHAPE).is_sparse
