from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autoskl.history.array_file import ArrayFile, read_array

ARRAYS = hnp.arrays(
    st.sampled_from([np.float32, np.float64, np.int64]),
    hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4),
)


@given(st.lists(ARRAYS, min_size=1, max_size=4), st.data())
def test_arrays_come_back_bit_for_bit_or_not_at_all(arrays, data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "arrays")
        file = ArrayFile(path)
        references = [file.append(array) for array in arrays]
        file.close()
        cut = data.draw(st.integers(0, path.stat().st_size))
        path.write_bytes(path.read_bytes()[:cut])
        for array, reference in zip(arrays, references, strict=True):
            found = read_array(path, reference)
            if array.nbytes == 0 or reference["start"] + array.nbytes <= cut:
                assert found is not None
                assert found.dtype == array.dtype
                assert found.shape == array.shape
                assert found.tobytes() == array.tobytes()
            else:
                assert found is None


def test_garbage_at_the_end_is_passed_over(tmp_path):
    path = tmp_path / "arrays"
    path.write_bytes(b"half an arr")
    file = ArrayFile(path)
    reference = file.append(np.arange(3.0))
    file.close()
    np.testing.assert_array_equal(read_array(path, reference), [0.0, 1.0, 2.0])


@pytest.mark.parametrize("place", [0, 7, 23])
def test_a_damaged_byte_is_noticed(tmp_path, place):
    path = tmp_path / "arrays"
    file = ArrayFile(path)
    reference = file.append(np.arange(3.0))
    file.close()
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert read_array(path, reference) is None


def test_a_file_that_is_gone_holds_nothing(tmp_path):
    reference = {"start": 0, "dtype": "<f8", "shape": [1], "sum": 0}
    assert read_array(tmp_path / "arrays", reference) is None
