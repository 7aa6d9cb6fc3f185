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
def test_shape_describes_the_regression_target(y: np.ndarray, negative: bool, skewed: bool) -> None:
    shape = shape_of(replace(DATA, y=y))
    assert (shape.n_rows, shape.n_columns, shape.n_classes) == (200, 1, 1)
    assert (shape.has_negative_values, shape.has_skewed_values) == (negative, skewed)


def test_class_codes_are_not_treated_as_numeric_targets() -> None:
    y = np.arange(200) % 3
    shape = shape_of(replace(DATA, y=y, task=Task.MULTICLASS, n_classes=3))
    assert (shape.n_classes, shape.has_negative_values, shape.has_skewed_values) == (
        3,
        False,
        False,
    )
