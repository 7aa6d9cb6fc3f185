"""TabICL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autoskl.components.abstract.pretrained import Pretrained
from autoskl.components.building.downloaded_weights import tabicl_weights
from autoskl.components.component import Tags


class TabICL(Pretrained):
    """A pretrained transformer that attends to columns, rows and the table; for larger tables.

    Used if its package is installed, its weights are on this machine (autoskl never downloads them)
    and the table is of a supported size. The weights have their own licence.

    References
    ----------
    J. Qu, D. Holzmüller, G. Varoquaux, M. Le Morvan. "TabICL: A tabular foundation model for
    in-context learning on large data". ICML, 2025.
    """

    tags = Tags(missing=True, needs=("tabicl",))
    library = "tabicl"
    title = "TabICL"
    max_rows = 100_000
    max_columns = 2_000
    seconds_of_pair = 2e-7

    def weights(self, *, classification: bool) -> Path | None:
        """Return the path of the weights, None if they are not on this machine."""
        return tabicl_weights(classification=classification)

    def arguments(self) -> dict[str, Any]:
        """Return the argument that forbids downloads."""
        return {"allow_auto_download": False}
