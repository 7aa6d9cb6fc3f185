"""TabPFN."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autoskl.components.abstract.pretrained import Pretrained
from autoskl.components.building.downloaded_weights import tabpfn_weights
from autoskl.components.component import Tags


class TabPFN(Pretrained):
    """A transformer pretrained on synthetic tables, for in-context learning.

    Used if its package is installed, its weights are on this machine (autoskl never downloads them)
    and the table is of a supported size. The weights have their own licence.

    References
    ----------
    N. Hollmann et al. "Accurate predictions on small data with a tabular foundation model". Nature,
    2025.
    """

    tags = Tags(missing=True, needs=("tabpfn",))
    library = "tabpfn"
    title = "TabPFN"
    max_rows = 10_000
    max_columns = 500
    seconds_of_pair = 4e-7

    def weights(self, *, classification: bool) -> Path | None:
        """Return the path of the weights, None if they are not on this machine."""
        return tabpfn_weights(classification=classification)

    def arguments(self) -> dict[str, Any]:
        """Return the argument that disables the library's checks, as `fits` checks the size."""
        return {"ignore_pretraining_limits": True}
