from __future__ import annotations

import numpy as np

from autoskl.core.hashing import float_bits, mix


def test_mix_has_the_values_of_splitmix64() -> None:
    # First outputs of the reference implementation for the seed 0.
    states = np.uint64(0x9E3779B97F4A7C15) * np.arange(1, 4, dtype=np.uint64)
    expected = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert mix(states).tolist() == expected


def test_equal_numbers_have_equal_bits() -> None:
    quiet, other = np.array([0x7FF8000000000000, 0x7FF8000000000001], np.uint64).view(float)
    bits = float_bits(np.array([0.0, -0.0, quiet, other, 1.0])).tolist()
    assert bits == [0, 0, 0x7FF8000000000000, 0x7FF8000000000000, 0x3FF0000000000000]
    assert (
        float_bits(np.array([1, 2], np.int32)).tolist() == float_bits(np.array([1.0, 2.0])).tolist()
    )


def test_values_are_not_changed() -> None:
    values = np.array([-0.0, 1.0])
    float_bits(values)
    assert np.signbit(values[0])
