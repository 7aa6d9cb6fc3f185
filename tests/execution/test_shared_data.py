from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from autoskl.execution.pickling import to_parts
from autoskl.execution.shared_data import forget_shared, keep_shared, write_shared
from tests.execution.calls import Table

DENSE = np.asfortranarray(np.random.default_rng(0).normal(size=(101, 3)))
TABLE = Table(DENSE, sparse.csr_array(DENSE * (DENSE > 1)), ("a", "b", "c"))


def test_a_written_value_comes_back_read_only_and_aligned(tmp_path: Path) -> None:
    handle = pickle.loads(pickle.dumps(write_shared(to_parts(TABLE), tmp_path)))
    table = handle.load()
    np.testing.assert_array_equal(table.dense, TABLE.dense)
    np.testing.assert_array_equal(table.sparse.toarray(), TABLE.sparse.toarray())
    assert table.names == TABLE.names
    for array in (table.dense, table.sparse.data, table.sparse.indices, table.sparse.indptr):
        assert not array.flags.writeable
        assert array.ctypes.data % 64 == 0
    forget_shared(handle.key)


def test_a_value_is_loaded_once_until_it_is_forgotten(tmp_path: Path) -> None:
    handle = write_shared(to_parts(TABLE), tmp_path)
    first = handle.load()
    assert handle.load() is first
    forget_shared(handle.key)
    assert handle.load() is not first
    forget_shared(handle.key)


def test_arrays_outlive_their_file(tmp_path: Path) -> None:
    handle = write_shared(to_parts(TABLE), tmp_path)
    table = handle.load()
    handle.path.unlink()
    np.testing.assert_array_equal(table.dense, TABLE.dense)
    forget_shared(handle.key)


def test_a_value_kept_in_memory_comes_back_read_only() -> None:
    handle = keep_shared(to_parts(TABLE))
    table = handle.load()
    np.testing.assert_array_equal(table.dense, TABLE.dense)
    assert not table.dense.flags.writeable
    assert handle.load() is table
    forget_shared(handle.key)
    with pytest.raises(KeyError, match=handle.key):
        handle.load()


def test_a_value_without_arrays_can_be_shared(tmp_path: Path) -> None:
    handle = write_shared(to_parts({"a": 1}), tmp_path)
    assert handle.load() == {"a": 1}
    forget_shared(handle.key)
