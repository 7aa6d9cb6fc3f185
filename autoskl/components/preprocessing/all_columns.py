"""No column selection."""

from __future__ import annotations

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role, Tags


class AllColumns(Passthrough):
    """Keep every column."""

    role = Role.SELECTOR
    tags = Tags(missing=True, sparse=True)
    weight = 9.0
