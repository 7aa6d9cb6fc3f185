"""No new columns."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.passthrough import Passthrough


class NoFeatures(Passthrough):
    """Leave the numbers unchanged."""

    role = Role.FEATURES
    tags = Tags(missing=True, sparse=True)
    weight = 12.0
