"""Memory limit of nearest-neighbour predictions, for the estimator and its cost."""

from __future__ import annotations

MAX_VOTES = 4_000_000
"""Maximum of rows x neighbours x outputs that are processed at once."""
