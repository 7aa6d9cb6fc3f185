from __future__ import annotations

import pickle
import threading
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from autoskl.execution.pickling import from_parts, to_bytes, to_parts
from tests.execution import calls


@pytest.mark.parametrize(
    "value",
    [
        None,
        {"a": [1, 2.5, "x"]},
        np.arange(12.0).reshape(3, 4),
        np.asfortranarray(np.arange(12.0).reshape(3, 4)),
        np.arange(12)[::2],
        np.array(["a", None], dtype=object),
        np.empty((0, 3)),
        np.array(["2020-01-01"], dtype="datetime64[s]"),
    ],
)
def test_values_come_back_equal(value: Any) -> None:
    back = from_parts(to_parts(value))
    np.testing.assert_array_equal(back, value)
    assert getattr(back, "dtype", None) == getattr(value, "dtype", None)


def test_sparse_arrays_come_back_equal() -> None:
    array = sparse.random_array((50, 20), density=0.1, format="csr", rng=0)
    back = from_parts(to_parts(array))
    assert isinstance(back, sparse.csr_array)
    assert (back != array).nnz == 0


def test_large_arrays_are_not_copied() -> None:
    array = np.zeros(1000)
    payload, *buffers = to_parts({"x": array})
    assert len(payload) < 500
    array[0] = 7
    assert [memoryview(buffer).cast("d")[0] for buffer in buffers] == [7.0]


def test_lambdas_are_pickled_by_value() -> None:
    offset = 2
    assert from_parts(to_parts(lambda x: x + offset))(1) == 3


def test_functions_of_main_are_pickled_by_value(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "def double(x):\n    return 2 * x"
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(source, space)
    main = __import__("__main__")
    monkeypatch.setattr(main, "double", space["double"], raising=False)
    parts = to_parts(space["double"])
    monkeypatch.delattr(main, "double")
    assert from_parts(parts)(4) == 8


def test_importable_functions_are_pickled_by_name() -> None:
    assert from_parts(to_parts(calls.square)) is calls.square


def test_unpicklable_values_raise_an_error() -> None:
    with pytest.raises(TypeError, match="pickle"):
        to_parts(threading.Lock())


def test_to_bytes_pickles_local_classes_by_value() -> None:
    class Local:
        value = 3

    assert pickle.loads(to_bytes(Local())).value == 3
    assert pickle.loads(to_bytes({"a": [1, 2]})) == {"a": [1, 2]}
    assert to_bytes(1.5) == pickle.dumps(1.5, protocol=5)
