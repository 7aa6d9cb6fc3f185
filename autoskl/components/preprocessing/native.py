"""No encoding of categories."""

from __future__ import annotations

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role, Tags


class Native(Passthrough):
    """Keep the category codes, for models with native support for categories."""

    role = Role.ENCODER
    tags = Tags(missing=True, categorical=True)
    weight = 2.0
