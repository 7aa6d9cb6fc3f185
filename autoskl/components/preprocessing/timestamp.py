"""No decomposition of datetimes."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.passthrough import Passthrough


class Timestamp(Passthrough):
    """Keep datetimes as seconds, for tables where only elapsed time matters."""

    role = Role.DATETIME
    tags = Tags(missing=True)
