"""No grouping of rare categories."""

from __future__ import annotations

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role, Tags


class AllLevels(Passthrough):
    """Keep every category, however rare."""

    role = Role.LEVELS
    tags = Tags(missing=True, categorical=True)
    weight = 9.0
