"""The contract of what turns one raw column into numbers."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind

NEARLY_ALL = 0.98
"""Share of the distinct texts present that must be numbers, dates or times to be read as such."""


class Reader(Protocol):
    """Decided once, when the encoder is fitted; reads the column of any later table.

    It never fails: what it cannot read is missing.
    """

    @property
    def kind(self) -> Kind:
        """How the numbers are to be understood."""

    @property
    def n_levels(self) -> int:
        """Number of codes of a categorical or ordinal column, 0 for others."""

    def read(self, values: Any) -> NDArray[np.float64]:
        """Turn a pandas Series into numbers, NaN where missing; infinite values are left."""
