import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autoskl.neural.distinct_rows import merge_duplicates, rows_of

TABLES = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 12), st.integers(1, 3)),
    elements=st.sampled_from([0.0, -0.0, 1.5, np.nan, -2.0]),
)


@given(TABLES, st.integers(0, 2**16))
def test_weights_equal_repeated_rows_in_any_order(X: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, weight = rng.integers(0, 2, len(X)), rng.integers(0, 4, len(X))
    merged = merge_duplicates(rows_of(X, y, weight.astype(float)))
    order = rng.permutation(np.repeat(np.arange(len(X)), weight))
    if len(order) == 0:
        assert len(merged) == 0
        return
    repeated = merge_duplicates(rows_of(X[order], y[order], None))
    np.testing.assert_array_equal(merged.X, repeated.X)
    np.testing.assert_array_equal(merged.y, repeated.y)
    np.testing.assert_array_equal(merged.weight, repeated.weight)


def test_zeros_of_both_signs_are_equal() -> None:
    X = np.array([[0.0, np.nan], [-0.0, -np.nan], [1.0, 2.0]])
    merged = merge_duplicates(rows_of(X, np.array([1.0, 1.0, 1.0]), None))
    np.testing.assert_array_equal(np.sort(merged.weight), [1.0, 2.0])
