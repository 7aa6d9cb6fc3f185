"""Number of columns to select, as a fraction of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ShareOfColumns:
    """Callable ``max_features`` of a selector: a fraction of the columns, at least one."""

    share: float

    def __call__(self, X: Any) -> int:
        """Return the number of columns to keep for an array (n_rows, n_columns)."""
        return max(round(self.share * int(X.shape[1])), 1)
