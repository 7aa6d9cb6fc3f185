"""TabPFN."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from autoskl.components.component import Tags
from autoskl.components.learners.downloaded_weights import tabpfn_weights
from autoskl.components.pretrained import Pretrained


class TabPFN(Pretrained):
    """A transformer that was trained on made-up tables and reads a new one.

    The licence of the weights is theirs.

    References
    ----------
    N. Hollmann et al. "Accurate predictions on small data with a tabular foundation model". Nature,
    2025.
    """

    tags = Tags(missing=True, needs=("tabpfn",))
    package = "tabpfn"
    title = "TabPFN"
    most_rows = 10_000
    most_columns = 500
    seconds_per_pair = 4e-7
    extra: ClassVar[Mapping[str, Any]] = {"ignore_pretraining_limits": True}

    def weights(self, *, classification: bool) -> Path | None:
        """Return its newest checkpoint."""
        return tabpfn_weights(classification=classification)
