"""The task, not the values, determines the type of the target."""

from __future__ import annotations

import numpy as np
import pytest

from autoskl.components.registry import component
from autoskl.components.transformers.target_encoder import CrossFittedTarget
from autoskl.core.task import Task
from tests.components.factories import context_for

RNG = np.random.default_rng(0)
CODES = RNG.integers(0, 6, (300, 2)).astype(np.float64)


@pytest.mark.parametrize("dtype", [np.float64, np.int64])
def test_integers_of_a_regression_are_numbers(dtype: type) -> None:
    y = (12 * CODES[:, 0] + RNG.integers(0, 20, 300)).astype(dtype)
    context = context_for(CODES, 1, categorical=(0, 1))
    entry = component("target")
    step = entry.build(entry.parameters(Task.REGRESSION).default(), context)
    assert step.fit_transform(CODES, y).shape == (300, 2)
    encoded = step.transform(CODES)
    assert len(entry.columns_out({}, context)) == encoded.shape[1] == 2
    means = [y[CODES[:, 0] == code].mean() for code in range(6)]
    np.testing.assert_allclose(encoded[:, 0], np.array(means)[CODES[:, 0].astype(int)], rtol=0.05)


def test_two_integers_of_a_regression_are_numbers() -> None:
    y = np.where(CODES[:, 0] > 2, 500.0, 100.0)
    encoded = CrossFittedTarget(classification=False).fit_transform(CODES, y)
    assert encoded[:, 0].min() >= 100
    assert encoded[:, 0].max() <= 500


@pytest.mark.parametrize(("n_classes", "n_new_columns"), [(1, 2), (2, 2), (3, 6)])
def test_each_of_three_or_more_classes_gets_a_column(n_classes: int, n_new_columns: int) -> None:
    y = RNG.integers(0, n_classes, 300)
    model = CrossFittedTarget()
    assert model.fit_transform(CODES, y).shape == (300, n_new_columns)
    assert model.transform(CODES[:5]).shape == (5, n_new_columns)


def test_few_rows_of_a_regression_are_encoded() -> None:
    for n_rows in (1, 2, 4):
        y = np.arange(n_rows, dtype=np.float64)
        made = CrossFittedTarget(classification=False).fit_transform(CODES[:n_rows], y)
        assert np.isfinite(made).all()
