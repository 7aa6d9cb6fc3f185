"""No decomposition of datetimes."""

from __future__ import annotations

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role, Tags


class Timestamp(Passthrough):
    """Keep datetimes as seconds, for tables where only elapsed time matters."""

    role = Role.DATETIME
    tags = Tags(missing=True)
