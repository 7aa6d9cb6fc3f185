"""No scaling."""

from __future__ import annotations

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role, Tags


class NoScaling(Passthrough):
    """Leave the columns unchanged, for tables whose columns already have a common scale."""

    role = Role.SCALER
    tags = Tags(missing=True, sparse=True)
    weight = 0.3
