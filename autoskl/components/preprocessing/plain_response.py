"""No transformation of the regression target."""

from __future__ import annotations

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role, Tags
from autoskl.core.task import Task


class PlainResponse(Passthrough):
    """Fit the target on its original scale."""

    role = Role.RESPONSE
    tags = Tags(tasks=frozenset({Task.REGRESSION}), missing=True, sparse=True)
    weight = 3.0
