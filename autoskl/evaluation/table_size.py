"""From how many rows on a table counts as large."""

from __future__ import annotations

LARGE_ROWS = 100_000
"""Tables with more rows are large. Copies of smaller ones are cheap, and can be written to."""


def is_large(n_rows: int) -> bool:
    """Whether a table has one holdout instead of folds, and is read in place instead of copied.

    Parameters
    ----------
    n_rows : int
    """
    return n_rows > LARGE_ROWS
