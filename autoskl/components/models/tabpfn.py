"""TabPFN."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autoskl.components.component import Tags
from autoskl.components.learners.downloaded_weights import tabpfn_weights
from autoskl.components.pretrained import Pretrained


class TabPFN(Pretrained):
    """A transformer that was trained on made-up tables and reads a new one.

    It is used where its package is installed and its weights lie on this machine, which autoskl
    never downloads, and within the sizes for which it is documented. The licence of the weights is
    theirs.

    References
    ----------
    N. Hollmann et al. "Accurate predictions on small data with a tabular foundation model". Nature,
    2025.
    """

    tags = Tags(missing=True, needs=("tabpfn",))
    library = "tabpfn"
    title = "TabPFN"
    most_rows = 10_000
    most_columns = 500
    seconds_of_pair = 4e-7

    def weights(self, *, classification: bool) -> Path | None:
        """Return where the weights are, None where they are not on this machine."""
        return tabpfn_weights(classification=classification)

    def arguments(self) -> dict[str, Any]:
        """Return that the sizes are looked at here."""
        return {"ignore_pretraining_limits": True}
