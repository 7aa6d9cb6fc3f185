from __future__ import annotations

import tracemalloc
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from autoskl.core.errors import DataWarning
from autoskl.tables import encoding_plan, raw_table
from autoskl.tables.encoder import RawTableEncoder
from autoskl.tables.encoding import encode
from autoskl.tables.encoding_plan import make_encoding_plan
from autoskl.tables.raw_table import read_table


def encoded(table: object, later: object | None = None):
    fitted = make_encoding_plan(read_table(table), "from_dtype")
    return encode(read_table(table if later is None else later, min_rows=0), fitted)


def test_an_array_that_needs_no_change_is_not_copied() -> None:
    table = np.random.default_rng(0).normal(size=(20, 3))
    table[0, 0] = np.nan
    assert np.shares_memory(encoded(table), table)


@pytest.mark.parametrize("container", [np.asarray, pd.DataFrame])
def test_a_copy_on_request_shares_no_memory(container: Any) -> None:
    table = container(np.random.default_rng(0).normal(size=(20, 3)))
    encoder = RawTableEncoder().fit(table)
    copy = encoder.transform(table, copy=True)
    np.testing.assert_array_equal(copy, encoder.transform(table))
    assert not np.shares_memory(copy, np.asarray(table))


@pytest.mark.parametrize(
    "change",
    [
        np.asfortranarray,
        lambda table: np.repeat(table, 2, axis=0)[::2],
        lambda table: table.astype(np.float32),
        lambda table: table.astype(">f8"),
        lambda table: table.astype(np.longdouble),
        lambda table: table.astype(object),
        lambda table: table.astype(str),
        lambda table: table.tolist(),
        pd.DataFrame,
        lambda table: pd.DataFrame(table, dtype=pd.Float64Dtype()),
    ],
)
def test_other_forms_give_the_same_array(change) -> None:
    table = np.array([[1.5, 2.0], [0.25, np.nan], [-3.0, 1.0]])
    result = encoded(change(table))
    np.testing.assert_array_equal(result, table)
    assert result.dtype == np.float64
    assert result.flags.c_contiguous


def test_read_only_tables_are_not_written_to() -> None:
    table = np.array([[1.0, np.inf], [2.0, 3.0]])
    table.flags.writeable = False
    np.testing.assert_array_equal(encoded(table), [[1, np.nan], [2, 3]])
    assert table[0, 1] == np.inf


@pytest.mark.parametrize("wrap", [np.asarray, pd.DataFrame, sparse.csr_array])
def test_infinite_and_overflowing_values_are_missing(wrap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding_plan, "SMALL_TABLE_CELLS", 1)
    monkeypatch.setattr(raw_table, "SMALL_TABLE_CELLS", 1)
    result = encoded(wrap(np.array([[1.0], [-2.0]])), wrap(np.array([[-np.inf], [1e300]])))
    result = result.toarray() if sparse.issparse(result) else result
    assert result.dtype == np.float32
    assert np.isnan(result).all()


@pytest.mark.parametrize("large", [False, True])
def test_the_result_does_not_depend_on_the_block_size(
    large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr("autoskl.tables.scan.BLOCK_CELLS", 7)
    table = np.random.default_rng(0).normal(size=(50, 4))
    table[::9, 2] = -np.inf
    table[:, 1] = 5
    expected = np.where(np.isinf(table), np.nan, table)[:, [0, 2, 3]]
    np.testing.assert_array_equal(encoded(table), expected)


@pytest.mark.parametrize("wrap", [np.asarray, pd.DataFrame])
def test_at_most_one_copy_is_made(wrap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_table, "SMALL_TABLE_CELLS", 1)
    table = np.random.default_rng(0).normal(size=(50_000, 20))
    table[0] = np.inf
    given = wrap(table)
    tracemalloc.start()
    encoded(given)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.3 * table.nbytes


def test_sparse_tables_stay_sparse_and_are_not_modified() -> None:
    table = sparse.csr_array(np.array([[0, 1, 0, np.inf], [0, 2, 0, 3]]))
    result = encoded(table)
    assert isinstance(result, sparse.csr_array)
    np.testing.assert_array_equal(result.toarray(), [[1, np.nan], [2, 3]])
    assert table.data.tolist() == [1, np.inf, 2, 3]


def test_duplicate_entries_are_summed() -> None:
    table = sparse.coo_array(([1, 2, 5], ([0, 0, 1], [0, 0, 1])), shape=(2, 2))
    np.testing.assert_array_equal(encoded(table).toarray(), [[3, 0], [0, 5]])
    unsorted = sparse.csr_array(([1, 2, 5], [1, 0, 1], [0, 2, 3]), shape=(2, 2))
    result = encoded(unsorted)
    assert result.has_canonical_format
    assert unsorted.indices.tolist() == [1, 0, 1]


def test_indices_are_converted_to_32_bits() -> None:
    table = sparse.csr_array(np.eye(3))
    table.indices, table.indptr = table.indices.astype(np.int64), table.indptr.astype(np.int64)
    result = encoded(table)
    assert result.indices.dtype == result.indptr.dtype == np.int32
    assert table.indices.dtype == np.int64


def test_dense_and_sparse_tables_can_be_mixed() -> None:
    table = np.array([[0.0, 1.0], [2.0, 0.0]])
    np.testing.assert_array_equal(encoded(table, sparse.csr_array(table)), table)
    result = encoded(sparse.csr_array(table), pd.DataFrame(table))
    assert isinstance(result, sparse.csr_array)
    np.testing.assert_array_equal(result.toarray(), table)


def test_a_table_without_informative_columns_becomes_zeros() -> None:
    np.testing.assert_array_equal(encoded(np.full((3, 2), np.nan)), np.zeros((3, 1)))
    assert encoded(sparse.csr_array((3, 2))).shape == (3, 1)


def sparse_frame(names: str) -> pd.DataFrame:
    values = {"a": [1.0, 0, 2], "b": [0.0, 3, 0], "c": [4.0, 0, 0]}
    return pd.DataFrame({name: values[name] for name in names}).astype(pd.SparseDtype(float, 0.0))


@pytest.mark.parametrize("dense", [True, False])
@pytest.mark.parametrize("names", ["abc", "cab"])
def test_columns_of_sparse_frames_are_matched_by_name(dense: bool, names: str) -> None:
    encoder = RawTableEncoder().fit(sparse_frame("abc"))
    assert encoder.feature_names_in_.tolist() == ["a", "b", "c"]
    table = sparse_frame(names)
    result = encoder.transform(table.sparse.to_dense() if dense else table)
    np.testing.assert_array_equal(result.toarray(), sparse_frame("abc").to_numpy())
    fitted_dense = RawTableEncoder().fit(sparse_frame("abc").sparse.to_dense())
    np.testing.assert_array_equal(fitted_dense.transform(table), sparse_frame("abc").to_numpy())
    with pytest.raises(ValueError, match="now missing: 'b'"):
        encoder.transform(sparse_frame("ac"))


def test_sparse_frames_with_another_fill_value_are_read_column_by_column() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan, 3.0]}).astype(pd.SparseDtype(float, np.nan))
    np.testing.assert_array_equal(RawTableEncoder().fit_transform(frame)[:, 0], [1, np.nan, 3])


def test_duplicate_entries_do_not_make_a_column_constant() -> None:
    table = sparse.csr_array((np.ones(4), np.zeros(4, int), np.array([0, 2, 4, 4, 4])), (4, 1))
    assert RawTableEncoder().fit(table).kinds_ == {"x0": "numeric"}
    assert table.nnz == 4


@pytest.mark.parametrize(
    ("fitted", "later"),
    [
        (pd.Series([1.5, 2, 3]), pd.Series(["$1", "abc", "2"])),
        (pd.Series([1.5, 2, 3]), pd.Series(pd.date_range("2020", periods=3))),
        (pd.Series([1.5, 2, 3]), pd.Series(pd.to_timedelta([1, 2, 3], "s"))),
        (pd.Series([1.5, 2, 3]), pd.Series([1j, 2j, 1j])),
        (pd.Series(pd.date_range("2020", periods=3)), pd.Series(["1/2/2020"] * 3)),
        (pd.Series(pd.date_range("2020", periods=3)), pd.Series([1.6e18, 1.7e18, 1.8e18])),
        (pd.Series(pd.to_timedelta([1, 2, 3], "s")), pd.Series([1, 2, 3])),
        (pd.Series([True, False, True]), pd.Series(["yes", "no", "no"])),
    ],
)
def test_unreadable_columns_raise_a_warning(fitted: pd.Series, later: pd.Series) -> None:
    encoder = RawTableEncoder().fit(fitted.to_frame("size"))
    with pytest.warns(DataWarning, match=r"Most values of 'size' \(read as .* as missing"):
        result = encoder.transform(later.to_frame("size"))
    assert np.isnan(result).sum() >= 2


@pytest.mark.parametrize(
    "later",
    [["?", "", None], ["1", "?", "x"], [None, None, None], [1, 2, 3], ["4", "5", "x"]],
)
def test_missing_or_few_unreadable_values_raise_no_warning(later: list[object]) -> None:
    encoder = RawTableEncoder().fit(pd.DataFrame({"size": [1.5, 2, 3]}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encoder.transform(pd.DataFrame({"size": pd.Series(later, dtype=object)}))


@pytest.mark.parametrize("dense", [True, False])
def test_unreadable_columns_are_named_after_a_sparse_fit(dense: bool) -> None:
    table = sparse.csr_array(np.array([[0.0, 1, 1], [0, 0, 2], [0, 3, 0]]))
    encoder = RawTableEncoder().fit(table)
    later = pd.DataFrame({"a": [0, 0, 0], "b": ["x", "y", "z"], "c": [1, 2, 0]})
    with pytest.warns(DataWarning, match=r"Most values of 'x1' \(read as numeric\)"):
        result = encoder.transform(later if dense else later.to_numpy())
    np.testing.assert_array_equal(result.toarray(), [[np.nan, 1], [np.nan, 2], [np.nan, 0]])


def test_masked_values_are_missing() -> None:
    table = np.ma.MaskedArray([[1, 2], [3, 4], [5, 7]], mask=[[0, 0], [1, 0], [0, 0]])
    result = RawTableEncoder().fit_transform(table)
    np.testing.assert_array_equal(result, [[1, 2], [np.nan, 4], [5, 7]])


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([["a", "b"], ["b", "a"]], [[0, 1], [np.nan, 0]]),
        (np.array([["a", 1], ["b", 2]], dtype=object), [[0, 1], [np.nan, 2]]),
        (np.array([["1970-01-02"] * 2, ["1970-01-01"] * 2], "M8[D]"), [[86400] * 2, [np.nan, 0]]),
        (np.array([[1, 1], [2, 2]], "m8[s]"), [[1, 1], [np.nan, 2]]),
    ],
)
def test_masked_values_of_any_type_are_missing(table: object, expected: object) -> None:
    whole = np.array(table)
    encoder = RawTableEncoder().fit(whole)
    hidden = np.ma.MaskedArray(whole, mask=[[0, 0], [1, 0]])
    np.testing.assert_array_equal(encoder.transform(hidden), expected)


def test_masked_structured_arrays_are_rejected() -> None:
    table = np.ma.MaskedArray(np.zeros(2, dtype=[("a", float)]))
    with pytest.raises(ValueError, match="Expected 2D array"):
        RawTableEncoder().fit(table)


def test_categorical_features_may_be_none() -> None:
    table = np.array([[1.0, 2], [2, 5]])
    assert RawTableEncoder(categorical_features=None).fit_transform(table) is table
