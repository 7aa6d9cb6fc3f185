"""Tables and columns stored by Arrow, if pyarrow is installed."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from autoskl.tables.columns import Kind
from autoskl.tables.containers import as_indexable, column_labels
from autoskl.tables.encoder import RawTableEncoder
from autoskl.tables.target import ClassEncoder, check_regression_target

pa = pytest.importorskip("pyarrow")
NOON = dt.datetime(2020, 1, 1, 12)


@pytest.mark.parametrize(
    ("values", "dtype", "kind", "expected"),
    [
        ([1, None, 0], pa.int16(), Kind.NUMERIC, [1, np.nan, 0]),
        ([1.5, None, 0], pa.float32(), Kind.NUMERIC, [1.5, np.nan, 0]),
        ([Decimal("0.5"), None, 0], pa.decimal128(5, 2), Kind.NUMERIC, [0.5, np.nan, 0]),
        ([True, None, False], pa.bool_(), Kind.BOOLEAN, [1, np.nan, 0]),
        (["b", None, "a"], pa.string(), Kind.CATEGORICAL, [1, np.nan, 0]),
        (["b", None, "a"], pa.dictionary(pa.int8(), pa.string()), Kind.CATEGORICAL, [1, np.nan, 0]),
        ([b"b", None, b"a"], pa.binary(), Kind.CATEGORICAL, [1, np.nan, 0]),
        (["2", None, "1"], pa.large_string(), Kind.NUMERIC, [2, np.nan, 1]),
        ([NOON, None, dt.datetime(1970, 1, 1)], pa.timestamp("ms"), Kind.DATETIME, None),
        (
            [NOON.replace(tzinfo=dt.UTC), None, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)],
            pa.timestamp("ns", tz="Asia/Tokyo"),
            Kind.DATETIME,
            None,
        ),
        (
            [dt.date(1970, 1, 2), None, dt.date(1970, 1, 1)],
            pa.date32(),
            Kind.DATETIME,
            [86400, np.nan, 0],
        ),
        (
            [dt.timedelta(seconds=90), None, dt.timedelta(0)],
            pa.duration("ms"),
            Kind.TIMEDELTA,
            [90, np.nan, 0],
        ),
        ([[2], None, [1]], pa.list_(pa.int64()), Kind.CATEGORICAL, [1, np.nan, 0]),
    ],
    ids=str,
)
def test_arrow_columns_are_encoded(values, dtype, kind, expected) -> None:
    frame = pd.DataFrame({"a": pd.array(values, dtype=pd.ArrowDtype(dtype))})
    encoder = RawTableEncoder().fit(frame)
    assert encoder.columns_[0].kind is kind
    noon = (NOON - dt.datetime(1970, 1, 1)).total_seconds()
    expected = [noon, np.nan, 0] if expected is None else expected
    np.testing.assert_array_equal(encoder.transform(frame)[:, 0], expected)


def test_columns_of_null_type_are_dropped() -> None:
    column = pd.array([None, None], dtype=pd.ArrowDtype(pa.null()))
    encoder = RawTableEncoder().fit(pd.DataFrame({"a": column, "b": [1, 2]}))
    assert encoder.dropped_ == {"a": "empty"}


def test_arrow_targets_are_encoded() -> None:
    y = pd.Series([3, 1, 3], dtype=pd.ArrowDtype(pa.int8()))
    encoder = ClassEncoder()
    assert encoder.fit_transform(y).tolist() == [1, 0, 1]
    assert encoder.classes_.dtype.kind == "i"
    assert check_regression_target(y).tolist() == [3.0, 1.0, 3.0]


LARGE = [None, *(2**60 + k for k in range(1, 30))]


@pytest.mark.parametrize("wrap", ["pyarrow", "polars"])
def test_large_integers_with_missing_values_stay_exact(wrap: str) -> None:
    library = pytest.importorskip(wrap)
    make = library.table if wrap == "pyarrow" else library.DataFrame
    table = make({"key": LARGE, "n": list(range(30))})
    assert RawTableEncoder().fit(table).dropped_ == {"key": "identifier"}
    encoder = RawTableEncoder(categorical_features=["key"]).fit(table)
    frame = pd.DataFrame({"key": pd.array(LARGE, dtype="Int64"), "n": range(30)})
    for later in (table, frame):
        np.testing.assert_array_equal(encoder.transform(later)[:, 0], [np.nan, *range(29)])


@pytest.mark.parametrize(
    "values", [[[1, 2], [3], None], [[0.5, None], [], None], [{"a": 1, "b": "x"}, {"b": "y"}, None]]
)
def test_lists_and_structs_are_the_same_categories_in_every_container(values: list) -> None:
    frame = pd.DataFrame({"a": pd.Series(values, dtype=object)})
    table = pa.table({"a": values})
    encoder = RawTableEncoder().fit(frame)
    expected = encoder.transform(frame)
    later = [table, table.to_pandas(), table.to_pandas(types_mapper=pd.ArrowDtype)]
    with suppress(ImportError):
        import polars

        later.append(polars.DataFrame({"a": values}))
    for each in later:
        np.testing.assert_array_equal(encoder.transform(each), expected)
        np.testing.assert_array_equal(RawTableEncoder().fit_transform(each), expected)


def test_duplicate_column_names_are_read_like_those_of_pandas() -> None:
    rows = np.array([[1, 2, 0.5], [3, 5, 1.5]])
    table = pa.Table.from_arrays(list(rows.T), names=["a", "a", "b"])
    frame = pd.DataFrame(rows, columns=["a", "a", "b"])
    encoder = RawTableEncoder().fit(table)
    assert encoder.repairs_ == ["columns with duplicate names were renamed to 'a.1'"]
    np.testing.assert_array_equal(encoder.transform(frame), rows)
    np.testing.assert_array_equal(RawTableEncoder().fit(frame).transform(table), rows)
    assert column_labels(table) == ("a", "a", "b")
    assert as_indexable(table).iloc[[1]].to_numpy().tolist() == [[3, 5, 1.5]]


def test_the_names_of_a_table_are_those_of_its_frame() -> None:
    frame = pd.DataFrame({0: [1, 2], 1: [3, 5]}, index=[7, 9])
    assert column_labels(pa.Table.from_pandas(frame)) == (0, 1)


FRAME = pd.DataFrame({"n": [1.5, 2.5, None], "t": ["b", "a", "b"], "b": [True, False, True]})


def test_arrow_tables_are_read_like_pandas() -> None:
    encoded = RawTableEncoder().fit_transform(pa.Table.from_pandas(FRAME))
    np.testing.assert_array_equal(encoded, RawTableEncoder().fit_transform(FRAME))


def test_polars_tables_are_read_like_pandas() -> None:
    pl = pytest.importorskip("polars")
    table = pl.DataFrame({name: FRAME[name].tolist() for name in FRAME}, nan_to_null=True)
    encoded = RawTableEncoder().fit_transform(table)
    np.testing.assert_array_equal(encoded, RawTableEncoder().fit_transform(FRAME))
