"""64-bit hashes of numbers, computed for whole arrays at once.

Stored keys are made of them: the values must never change.

References
----------
G. Steele, D. Lea, C. Flood. "Fast splittable pseudorandom number generators". OOPSLA 2014.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
"""Integers modulo 2**64, so that their sum does not depend on the order of its terms."""

GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
"""Increment of SplitMix64: 2**64 divided by the golden ratio, made odd."""

_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)


def mix(bits: Hashes) -> Hashes:
    """Return the finaliser of SplitMix64: every input bit affects every output bit.

    Parameters
    ----------
    bits : ndarray of uint64
    """
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX_A
    bits = (bits ^ (bits >> np.uint64(27))) * _MIX_B
    return bits ^ (bits >> np.uint64(31))


def float_bits(values: NDArray[Any]) -> Hashes:
    """Return the bits of numbers in double precision; equal numbers have equal bits.

    Parameters
    ----------
    values : ndarray
        Negative and positive zero count as equal, and so do all NaN.
    """
    doubles = values.astype(np.float64)
    doubles += 0.0  # turns -0.0 into 0.0
    doubles[np.isnan(doubles)] = np.nan
    return doubles.view(np.uint64)
