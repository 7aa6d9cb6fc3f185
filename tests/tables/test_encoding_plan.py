from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from autoskl.tables import encoding_plan as module
from autoskl.tables.columns import Column, Kind
from autoskl.tables.encoding_plan import EncodingPlan, make_encoding_plan
from autoskl.tables.raw_table import read_table
from autoskl.tables.repairs import Repair


def plan_of(table: object, categorical_features: object = "from_dtype") -> EncodingPlan:
    return make_encoding_plan(read_table(table), categorical_features)


def test_columns_are_described() -> None:
    frame = pd.DataFrame(
        {
            "n": [1.0, 2.0, None],
            "b": [True, False, True],
            "c": ["x", "y", "z"],
            "d": pd.to_datetime(["2020-01-01", None, "2020-01-02"]),
            "o": pd.Categorical([2, 1, 2], categories=[2, 1, 0], ordered=True),
        }
    )
    assert plan_of(frame).columns == (
        Column("n", Kind.NUMERIC, 0, True),
        Column("b", Kind.BOOLEAN),
        Column("c", Kind.CATEGORICAL, 3),
        Column("d", Kind.DATETIME, 0, True),
        Column("o", Kind.ORDINAL, 3),
    )


def test_uninformative_columns_are_dropped() -> None:
    frame = pd.DataFrame(
        {
            "constant": ["a"] * 30,
            "empty": [np.nan, np.inf] * 15,
            "key": [f"k{k}" for k in range(30)],
            "now and then": [1.0, np.nan] * 15,
        }
    )
    plan = plan_of(frame)
    assert plan.dropped == {"constant": "constant", "empty": "empty", "key": "identifier"}
    assert plan.kept.tolist() == [3]
    assert plan.repairs == ((Repair.EMPTY, "empty"), (Repair.IDENTIFIER, "key"))


@pytest.mark.parametrize(
    "table",
    [
        np.ones((4, 2)),
        np.full((4, 2), np.nan),
        sparse.csr_array((4, 2)),
        pd.DataFrame({"x0": [f"k{k}" for k in range(30)]}),
    ],
)
def test_one_column_remains_if_all_are_uninformative(table: object) -> None:
    plan = plan_of(table)
    assert plan.drops_all
    assert plan.sparse or plan.columns == (Column("x0", Kind.NUMERIC),)


def test_columns_of_arrays_are_numbered() -> None:
    plan = plan_of(np.array([[1, 2], [1, 3]]))
    assert plan.names == ("x0", "x1")
    assert plan.columns == (Column("x1", Kind.NUMERIC),)
    assert plan_of(np.eye(2, dtype=bool)).columns[0].kind is Kind.BOOLEAN


def test_listed_columns_are_categories() -> None:
    table = np.array([[1.5, 2], [2.5, 3]])
    for given in (table, pd.DataFrame(table), table.tolist()):
        kinds = [column.kind for column in plan_of(given, [1]).columns]
        assert kinds == [Kind.NUMERIC, Kind.CATEGORICAL]


def test_sparse_tables_have_no_categories() -> None:
    assert plan_of(sparse.csr_array(np.eye(2))).columns == ()
    assert plan_of(sparse.csr_array(np.eye(2)), []).sparse
    with pytest.raises(ValueError, match="lists columns of a sparse X"):
        plan_of(sparse.csr_array(np.eye(2)), [1])


def test_duplicate_names_are_reported() -> None:
    plan = plan_of(pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]))
    assert [column.name for column in plan.columns] == ["a", "a.1"]
    assert plan.repairs == ((Repair.RENAMED, "a.1"),)


FINE = np.array([[0.1], [0.2], [0.3]])
COARSE = np.array([[1e9], [1e9 + 1], [np.nan]])


@pytest.mark.parametrize("wrap", [np.asarray, pd.DataFrame, sparse.csr_array])
def test_large_tables_use_float32_where_it_is_precise_enough(
    wrap, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert plan_of(wrap(FINE)).dtype == np.float64
    monkeypatch.setattr(module, "SMALL_TABLE_CELLS", 1)
    assert plan_of(wrap(FINE)).dtype == np.float32
    assert plan_of(wrap(COARSE)).dtype == np.float64
