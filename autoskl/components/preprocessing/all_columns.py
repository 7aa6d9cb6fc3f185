"""No column selection."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.passthrough import Passthrough


class AllColumns(Passthrough):
    """Keep every column."""

    role = Role.SELECTOR
    tags = Tags(missing=True, sparse=True)
    weight = 9.0
