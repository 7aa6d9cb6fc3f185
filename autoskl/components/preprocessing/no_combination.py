"""No combinations with categories."""

from __future__ import annotations

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role, Tags


class NoCombination(Passthrough):
    """Add no columns computed from category codes."""

    role = Role.COMBINER
    tags = Tags(missing=True, categorical=True)
    weight = 9.0
