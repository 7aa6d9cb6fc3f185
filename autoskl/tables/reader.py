"""The interface of readers, which turn a raw column into numbers."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind

MIN_PARSED_SHARE = 0.98
"""Share of the distinct non-missing strings of a column that must parse for it to be parsed."""


class Reader(Protocol):
    """Reads a column of the training table and of any later table.

    It never fails: values that it cannot read become missing.
    """

    @property
    def kind(self) -> Kind:
        """How the numbers are interpreted."""

    @property
    def n_levels(self) -> int:
        """Number of codes of a categorical or ordinal column, else 0."""

    def read(self, values: Any) -> NDArray[np.float64]:
        """Return a pandas Series as numbers, NaN where missing; infinite values are kept."""
