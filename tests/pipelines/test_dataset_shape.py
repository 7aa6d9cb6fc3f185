from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autoskl.core.task import Task
from autoskl.pipelines.dataset_shape import shape_of
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset

NUMBERS = np.arange(200, dtype=np.float64)[:, np.newaxis]
DATA = Dataset(NUMBERS, np.arange(200.0), (Column("a", Kind.NUMERIC),), Task.REGRESSION, 1)


@pytest.mark.parametrize(
    ("y", "negative", "skewed"),
    [
        (np.arange(200.0), False, False),
        (np.arange(200.0) - 1, True, False),
        (np.arange(200.0) ** 6, False, True),
        (np.arange(200.0) ** 6 - 1, True, False),
    ],
)
def test_what_is_known_of_values(y: np.ndarray, negative: bool, skewed: bool) -> None:
    shape = shape_of(replace(DATA, y=y))
    assert (shape.n_rows, shape.n_columns, shape.n_classes) == (200, 1, 1)
    assert (shape.has_negative_values, shape.has_skewed_values) == (negative, skewed)


def test_classes_are_no_values() -> None:
    y = np.arange(200) % 3
    shape = shape_of(replace(DATA, y=y, task=Task.MULTICLASS, n_classes=3))
    assert (shape.n_classes, shape.has_negative_values, shape.has_skewed_values) == (
        3,
        False,
        False,
    )
