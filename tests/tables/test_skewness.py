from __future__ import annotations

import numpy as np
import pytest

from autoskl.tables.skewness import is_skewed

NORMAL = np.random.default_rng(0).normal(size=500)


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        (np.exp(NORMAL), True),
        (np.exp(NORMAL) - 1.0, False),  # some are below 0
        (NORMAL - NORMAL.min(), False),
        (np.max(np.exp(NORMAL)) - np.exp(NORMAL), False),  # far below the others
        (np.full(9, 3.0), False),
        (np.array([0.0] * 20 + [1.0]), True),
    ],
)
def test_nonnegative_values_with_a_long_right_tail_are_skewed(y, expected):
    assert is_skewed(y) is expected
    assert is_skewed(1e6 * y) is expected
