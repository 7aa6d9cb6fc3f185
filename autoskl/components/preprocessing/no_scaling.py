"""No scaling."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.passthrough import Passthrough


class NoScaling(Passthrough):
    """Leave the columns unchanged, for tables whose columns already have a common scale."""

    role = Role.SCALER
    tags = Tags(missing=True, sparse=True)
    weight = 0.3
