from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy import sparse

from autoskl.tables import scan as module
from autoskl.tables.scan import ColumnFacts, concatenate_facts, row_blocks, scan, scan_sparse
from tests.tables.strategies import LAW

CELLS = st.sampled_from([0.0, 0.0, 1.0, -2.5, np.nan, np.inf, -np.inf])
TABLES = npst.arrays(
    np.float64, npst.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=CELLS
)


def plainly(array) -> tuple[list, list, list, list]:
    finite = np.isfinite(array)
    values = [set(column[ok]) for column, ok in zip(array.T, finite.T, strict=True)]
    return (
        [not ok.all() for ok in finite.T],
        np.isinf(array).any(axis=0).tolist(),
        [not found for found in values],
        [len(found) == 1 and ok.all() for found, ok in zip(values, finite.T, strict=True)],
    )


def as_lists(facts: ColumnFacts) -> tuple[list, list, list, list]:
    return tuple(
        getattr(facts, name).tolist() for name in ("missing", "infinite", "empty", "constant")
    )


@LAW
@given(TABLES, st.integers(1, 8), st.sampled_from([np.float16, np.float32, np.float64]))
def test_facts_agree_with_a_naive_implementation(array, cells: int, dtype) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_CELLS", cells)
        assert as_lists(scan(array.astype(dtype))) == plainly(array)


@LAW
@given(TABLES)
def test_facts_of_sparse_arrays_include_implicit_zeros(array) -> None:
    assert as_lists(scan_sparse(sparse.csr_array(array))) == plainly(array)


@LAW
@given(TABLES)
def test_facts_are_concatenated(array) -> None:
    parts = [scan(array[:, [k]]) for k in range(array.shape[1])]
    assert as_lists(concatenate_facts(parts)) == as_lists(scan(array))


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64])
def test_integers_and_booleans_are_scanned(dtype) -> None:
    facts = scan(np.array([[1, 0], [1, 1]], dtype=dtype))
    assert facts.constant.tolist() == [True, False]
    assert not facts.missing.any()


@LAW
@given(st.integers(0, 10**4), st.integers(1, 10**6))
def test_blocks_cover_every_row_once(n_rows: int, n_columns: int) -> None:
    blocks = [range(n_rows)[rows] for rows in row_blocks((n_rows, n_columns))]
    assert sum(map(len, blocks)) == n_rows
    assert all(a.stop == b.start for a, b in pairwise(blocks))
