from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from autoskl.components.fitting.weighted_quantiles import weighted_quantiles
from autoskl.components.transformers.weighted_imputer import WeightedImputer

VALUES = st.lists(st.integers(-5, 5), min_size=1, max_size=12)


@given(VALUES, st.data())
def test_weighted_quantiles_equal_those_of_repeated_rows(
    values: list[int], data: st.DataObject
) -> None:
    counts = np.array(
        data.draw(st.lists(st.integers(1, 4), min_size=len(values), max_size=len(values)))
    )
    levels = [0.0, 0.13, 0.5, 0.9, 1.0]
    column = np.array(values, dtype=float)
    wanted = np.quantile(np.repeat(column, counts), levels)
    np.testing.assert_allclose(weighted_quantiles(column, levels, counts.astype(float)), wanted)
    scaled = weighted_quantiles(column, [0.5], counts * 0.37)
    assert column.min() <= scaled[0] <= column.max()


def test_rows_of_weight_zero_are_ignored() -> None:
    column = np.array([5.0, 1.0, 3.0])
    assert weighted_quantiles(column, [0.0, 1.0], np.array([0.0, 1.0, 1.0])).tolist() == [1.0, 3.0]


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent", "constant"])
@pytest.mark.parametrize("is_sparse", [False, True])
def test_weights_equal_repeated_rows(strategy: str, is_sparse: bool) -> None:
    rng = np.random.default_rng(0)
    X = rng.integers(0, 4, (40, 4)).astype(float)
    X[rng.random(X.shape) < 0.3] = np.nan
    X[:, 3] = np.nan
    counts = rng.integers(0, 4, 40)
    Z = np.repeat(X, counts, axis=0)
    if is_sparse and strategy == "most_frequent":
        return  # scikit-learn treats sparse columns differently here
    forms = [sparse.csr_array(A) if is_sparse else A for A in (X, Z)]
    parameters = {"strategy": strategy, "fill_value": -1.0, "keep_empty_features": True}
    weighted = WeightedImputer(**parameters).fit(forms[0], sample_weight=counts)
    repeated = WeightedImputer(**parameters).fit(forms[1])
    found, wanted = (np.asarray(f.statistics_, float) for f in (weighted, repeated))
    np.testing.assert_allclose(found, wanted)
