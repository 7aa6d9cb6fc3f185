"""TabICL."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from autoskl.components.component import Tags
from autoskl.components.learners.downloaded_weights import tabicl_weights
from autoskl.components.pretrained import Pretrained


class TabICL(Pretrained):
    """A transformer that reads columns, then rows, then the table; made for larger tables.

    The licence of the weights is theirs.

    References
    ----------
    J. Qu, D. Holzmüller, G. Varoquaux, M. Le Morvan. "TabICL: A tabular foundation model for
    in-context learning on large data". ICML, 2025.
    """

    tags = Tags(missing=True, needs=("tabicl",))
    package = "tabicl"
    title = "TabICL"
    most_rows = 100_000
    most_columns = 2_000
    seconds_per_pair = 2e-7
    extra: ClassVar[Mapping[str, Any]] = {"allow_auto_download": False}

    def weights(self, *, classification: bool) -> Path | None:
        """Return its newest checkpoint."""
        return tabicl_weights(classification=classification)
