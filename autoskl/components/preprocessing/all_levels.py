"""No grouping of rare categories."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.passthrough import Passthrough


class AllLevels(Passthrough):
    """Keep every category, however rare."""

    role = Role.LEVELS
    tags = Tags(missing=True, categorical=True)
    weight = 9.0
