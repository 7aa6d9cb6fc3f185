"""TabICL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autoskl.components.component import Tags
from autoskl.components.learners.downloaded_weights import tabicl_weights
from autoskl.components.pretrained import Pretrained


class TabICL(Pretrained):
    """A transformer that reads columns, then rows, then the table; made for larger tables.

    It is used where its package is installed and its weights lie on this machine, which autoskl
    never downloads, and within the sizes for which it is documented. The licence of the weights is
    theirs.

    References
    ----------
    J. Qu, D. Holzmüller, G. Varoquaux, M. Le Morvan. "TabICL: A tabular foundation model for
    in-context learning on large data". ICML, 2025.
    """

    tags = Tags(missing=True, needs=("tabicl",))
    library = "tabicl"
    title = "TabICL"
    most_rows = 100_000
    most_columns = 2_000
    seconds_of_pair = 2e-7

    def weights(self, *, classification: bool) -> Path | None:
        """Return where the weights are, None where they are not on this machine."""
        return tabicl_weights(classification=classification)

    def arguments(self) -> dict[str, Any]:
        """Return that nothing is downloaded."""
        return {"allow_auto_download": False}
