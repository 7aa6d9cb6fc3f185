from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autoskl.components.transformers.robust_scaler import SmoothRobustScaler

NUMBERS = st.floats(-1e12, 1e12, allow_subnormal=False)


@settings(deadline=None, max_examples=50)
@given(arrays(np.float64, (7, 2), elements=NUMBERS))
def test_in_range_keeps_the_order_within_the_limit(X: np.ndarray) -> None:
    Z = SmoothRobustScaler(limit=3.0).fit_transform(X)
    assert np.abs(Z).max() <= 3.0
    order = X[:, 0].argsort()
    assert (np.diff(Z[order, 0]) >= -1e-12).all()


def test_constant_columns_become_zero_and_rare_values_are_scaled() -> None:
    X = np.zeros((20, 2))
    X[0, 1] = 1e9
    Z = SmoothRobustScaler().fit_transform(X)
    assert not Z[:, 0].any()
    assert 1 < Z[0, 1] < 3


def test_keeps_single_precision() -> None:
    X = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32)
    assert SmoothRobustScaler().fit_transform(X).dtype == np.float32
