"""A number of columns as a share of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ShareOfColumns:
    """Tell a selector how many columns to keep: a share of them, at least one."""

    share: float

    def __call__(self, X: Any) -> int:
        """Return the number for an array (n_rows, n_columns)."""
        return max(round(self.share * int(X.shape[1])), 1)
