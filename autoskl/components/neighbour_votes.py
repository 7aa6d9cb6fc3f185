"""How many votes of nearest neighbours are counted at a time."""

from __future__ import annotations

MOST_VOTES = 4_000_000
"""Of each row, neighbour and output together."""
