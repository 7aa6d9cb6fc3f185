"""No new columns."""

from __future__ import annotations

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role, Tags


class NoFeatures(Passthrough):
    """Leave the numbers unchanged."""

    role = Role.FEATURES
    tags = Tags(missing=True, sparse=True)
    weight = 12.0
