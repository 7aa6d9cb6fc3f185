"""No encoding of texts."""

from __future__ import annotations

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role, Tags


class NativeText(Passthrough):
    """Keep the texts, for models with native support for texts."""

    role = Role.TEXT
    tags = Tags(text=True)
    weight = 2.0
