"""How many columns a step may make."""

from __future__ import annotations

from autoskl.components.component import Shape

MOST_COLUMNS = 2_000
MOST_CELLS = 2.5e7
"""Entries of an array that a step makes: 200 megabytes in double precision."""


def room(shape: Shape) -> int:
    """Return how many columns a step may add to so many rows, at least 8."""
    return int(min(max(MOST_CELLS / max(shape.n_rows, 1), 8), MOST_COLUMNS))
