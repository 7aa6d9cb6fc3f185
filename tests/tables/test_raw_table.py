from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from autoskl.tables import raw_table
from autoskl.tables.raw_table import ColumnTable, SparseTable, read_table


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint64, np.float16, np.float64, ">f8"])
def test_numeric_arrays_are_not_copied(dtype: object) -> None:
    array = np.ones((2, 3), dtype=dtype)
    assert np.shares_memory(read_table(array), array)


@pytest.mark.parametrize(
    "table",
    [
        np.array([[1, "a"]], dtype=object),
        np.array([["1", "a"]]),
        np.array([["2020-01-01"]], dtype="datetime64[D]"),
        [[1, "a"], [None, "b"]],
        pd.DataFrame({"a": [1]}),
    ],
    ids=lambda table: type(table).__module__,
)
def test_other_tables_are_read_by_columns(table: object) -> None:
    assert isinstance(read_table(table), ColumnTable)


def test_lists_keep_the_types_of_their_entries() -> None:
    columns = read_table([[1, "a"], [2.5, "b"]])
    assert [values.tolist() for _, values in columns.iter_columns([0, 1])] == [[1, 2.5], ["a", "b"]]


def test_columns_are_yielded_with_their_index() -> None:
    columns = read_table(pd.DataFrame([[1, 2, 3]], columns=["a", "a", "b"]))
    assert {place: values[0] for place, values in columns.iter_columns([2, 0])} == {0: 3, 1: 1}


def test_columns_of_frames_are_not_copied() -> None:
    frame = pd.DataFrame(np.ones((4, 3)))
    for _, values in read_table(frame).iter_columns([0, 1, 2]):
        assert np.shares_memory(values.to_numpy(), frame.to_numpy())


def test_small_numeric_frames_become_one_array() -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5], "c": [True, False]})
    assert read_table(frame).to_numeric_array() is None, "truth values are no numbers"
    columns = read_table(frame[["a", "b"]])
    np.testing.assert_array_equal(columns.to_numeric_array(), [[1, 0.5], [2, 1.5]])
    np.testing.assert_array_equal(columns.to_numeric_array([1]), [[0.5], [1.5]])


def test_large_frames_are_read_column_by_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_table, "SMALL_TABLE_CELLS", 4)
    assert read_table(pd.DataFrame(np.ones((2, 2)))).to_numeric_array() is None


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "lil", "dok", "bsr", "dia"])
@pytest.mark.parametrize("make", ["array", "matrix"])
def test_sparse_tables_of_any_format_stay_sparse(form: str, make: str) -> None:
    table = getattr(sparse, f"{form}_{make}")(np.eye(3))
    result = read_table(table)
    assert isinstance(result, SparseTable)
    np.testing.assert_array_equal(result.array.toarray(), np.eye(3))


def test_frames_of_sparse_columns_stay_sparse() -> None:
    frame = pd.DataFrame.sparse.from_spmatrix(sparse.csr_matrix(np.eye(3)))
    assert isinstance(read_table(frame), SparseTable)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([1, 2], "Expected 2D array, got 1D array instead"),
        ([], "Expected 2D array, got 1D array instead"),
        (pd.Series([1]), "Expected a 2-dimensional container"),
        (3.0, "Expected 2D array, got scalar array instead"),
        (np.ones((2, 2, 2)), "Found array with dim 3"),
        (np.ones((0, 3)), r"Found array with 0 sample\(s\) \(shape=\(0, 3\)\)"),
        (np.ones((3, 0)), r"0 feature\(s\) \(shape=\(3, 0\)\) while a minimum of 1 is required"),
        (pd.DataFrame({"a": []}), r"Found array with 0 sample\(s\) \(shape=\(0, 1\)\)"),
        (pd.DataFrame(index=[0, 1]), r"0 feature\(s\) \(shape=\(2, 0\)\)"),
        (sparse.csr_array((0, 3)), r"Found array with 0 sample\(s\)"),
        (np.ones((2, 2)) * 1j, "Complex data not supported"),
        (sparse.csr_array(np.eye(2) * 1j), "Complex data not supported"),
    ],
)
def test_invalid_shapes_raise_the_errors_of_scikit_learn(table: object, message: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=message):
            read_table(table)


def test_later_tables_may_have_no_rows() -> None:
    assert read_table(np.ones((0, 3)), min_rows=0).shape == (0, 3)
    assert read_table(pd.DataFrame({"a": []}), min_rows=0).shape == (0, 1)
