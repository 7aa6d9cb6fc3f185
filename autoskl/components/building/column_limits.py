"""Limits on the number of columns a step may add."""

from __future__ import annotations

from autoskl.components.component import Shape

MAX_COLUMNS = 2_000
MAX_CELLS = 2.5e7
"""Maximum number of cells a step adds: 200 MB in double precision."""
MAX_INDICATORS = 1e8
"""Maximum number of 0/1 cells: 400 MB in single precision, which is exact for them."""


def max_new_columns(shape: Shape, max_cells: float = MAX_CELLS) -> int:
    """Return the maximum number of columns that a step may add, at least 8.

    Parameters
    ----------
    shape : Shape
    max_cells : float, default=MAX_CELLS
        Maximum number of cells in all new columns together.
    """
    return int(min(max(max_cells / max(shape.n_rows, 1), 8), MAX_COLUMNS))
