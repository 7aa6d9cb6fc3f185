"""How many columns a step may make."""

from __future__ import annotations

from autoskl.components.component import Shape

MOST_COLUMNS = 2_000
MOST_CELLS = 2.5e7
"""Entries of an array that a step makes: 200 megabytes in double precision."""
MOST_INDICATORS = 1e8
"""Entries that are 0 or 1: 400 megabytes in single precision, which holds them as exactly."""


def room(shape: Shape, most_cells: float = MOST_CELLS) -> int:
    """Return how many columns a step may add to so many rows, at least 8.

    Parameters
    ----------
    shape : Shape
    most_cells : float, default=MOST_CELLS
        Entries that they may have together.
    """
    return int(min(max(most_cells / max(shape.n_rows, 1), 8), MOST_COLUMNS))
