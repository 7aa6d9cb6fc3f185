from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autoskl.tables.precision import needs_float64
from tests.tables.strategies import LAW


@pytest.mark.parametrize(
    ("values", "needed"),
    [
        (np.array([0.1, 0.2, 0.3]), False),
        (np.array([2.0**24, 2.0**24 + 1]), True),
        (np.array([2**24, 2**24 + 1]), True),
        (np.array([2**24, 2**24 + 3]), False),
        (np.array([1e300, 0.0]), False),
        (np.array([1.0, 1.0 + 1e-9]), True),
        (np.array([np.nan, np.inf, 1.5]), False),
        (np.array([np.nan]), False),
        (np.array([], dtype=float), False),
        (np.array([2**62, 1], dtype=np.int64), False),
        (np.array([3.3], dtype=np.float32), False),
        (np.array([True, False]), False),
    ],
)
def test_float32_is_enough_unless_it_merges_values(values, needed: bool) -> None:
    assert needs_float64(values) is needed


def test_a_few_chance_collisions_are_tolerated() -> None:
    values = np.random.default_rng(0).normal(size=300_000)
    assert len(np.unique(values.astype(np.float32))) < len(values)
    assert not needs_float64(values)


def test_timestamps_within_a_day_need_float64() -> None:
    for n_rows in (10_000, 300_000):
        seconds = 1.6e9 + np.random.default_rng(0).random(n_rows) * 86400
        assert needs_float64(seconds)
        assert needs_float64(np.repeat(seconds[:5000], 100))


@LAW
@given(npst.arrays(np.int64, st.integers(1, 30), elements=st.integers(-(2**40), 2**40)))
def test_whole_numbers_never_merge(values) -> None:
    if not needs_float64(values):
        assert len(np.unique(values.astype(np.float32))) == len(np.unique(values))


@LAW
@given(npst.arrays(np.float64, st.integers(1, 30)), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(values, random) -> None:
    shuffled = np.array(sorted(values.tolist(), key=lambda v: random.random()))
    assert needs_float64(values) == needs_float64(shuffled)
