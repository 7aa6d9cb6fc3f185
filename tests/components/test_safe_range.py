"""Results are finite, and values in range are unchanged."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from autoskl.components.fitting.safe_range import SAFE_MAGNITUDE, in_range
from autoskl.components.transformers.arithmetic_pairs import ArithmeticPairsTransformer
from autoskl.components.transformers.clipped_transformers import MaxAbsScaler, StandardScaler
from autoskl.components.transformers.robust_scaler import SmoothRobustScaler

FAR = float(np.finfo(np.float32).max)
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def rows(dtype: type) -> NDArray[np.float64]:
    return np.random.default_rng(0).normal(size=(50, 3)).astype(dtype)


@DTYPES
def test_rows_in_range_are_not_copied(dtype: type) -> None:
    X = rows(dtype)
    assert in_range(X) is X
    assert in_range(np.empty((0, 3), dtype)).shape == (0, 3)
    Z = sparse.csr_array(X)
    assert in_range(Z) is Z
    assert in_range(sparse.csr_array((2, 3), dtype=dtype)).nnz == 0


@DTYPES
def test_values_out_of_range_are_clipped(dtype: type) -> None:
    X = np.array([[FAR, -np.inf, 3.0], [np.inf, np.nan, -FAR]], dtype=dtype)
    expected = np.array(
        [[SAFE_MAGNITUDE, -SAFE_MAGNITUDE, 3.0], [SAFE_MAGNITUDE, np.nan, -SAFE_MAGNITUDE]],
        dtype=dtype,
    )
    np.testing.assert_array_equal(in_range(X), expected)
    np.testing.assert_array_equal(in_range(sparse.csr_array(X)).toarray(), expected)
    np.testing.assert_array_equal(in_range(X, undefined=0.0), np.nan_to_num(expected))
    assert X[0, 0] > SAFE_MAGNITUDE
    assert in_range(X).dtype == dtype


@DTYPES
@pytest.mark.parametrize("scaler", [StandardScaler(), MaxAbsScaler(), SmoothRobustScaler()])
def test_scaled_numbers_are_in_range(scaler: object, dtype: type) -> None:
    X = rows(dtype) * np.array([1.0, 1e-25, 1.0], dtype=dtype)
    scaler.fit(X)  # type: ignore[attr-defined]
    new = np.array([[FAR, FAR, -FAR], [-FAR, -FAR, 0.0]], dtype=dtype)
    made = scaler.transform(new)  # type: ignore[attr-defined]
    assert np.abs(made).max() <= np.float32(SAFE_MAGNITUDE)
    assert (np.sign(made[:, 1]) == [1, -1]).all()
    assert made.dtype == dtype


@DTYPES
def test_scaled_sparse_numbers_are_in_range(dtype: type) -> None:
    X = sparse.csr_array(rows(dtype))
    for scaler in (StandardScaler(with_mean=False), MaxAbsScaler()):
        made = scaler.fit(X).transform(X * dtype(1e38))
        assert np.abs(made.data).max() <= np.float32(SAFE_MAGNITUDE)


def test_scaling_keeps_missing_values() -> None:
    X = rows(np.float64)
    X[3, 1] = np.nan
    for scaler in (StandardScaler(), MaxAbsScaler()):
        assert np.isnan(scaler.fit(X).transform(X)[3, 1])


@DTYPES
def test_combinations_of_two_columns_are_in_range(dtype: type) -> None:
    X = np.abs(rows(dtype)) + 1
    model = ArithmeticPairsTransformer(8, classification=False).fit(X, X[:, 0] * X[:, 1])
    made = model.transform(np.full((1, 3), 1e25, dtype=dtype))
    assert {name for name, _, _ in model.pairs_} > {"product"}
    assert np.isfinite(made.astype(np.float32)).all()
