"""All categories as they are."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.untouched import Untouched


class AllLevels(Untouched):
    """Keep every category, however rare.

    References
    ----------
    A. Agresti. "Categorical Data Analysis". Wiley, 2013.
    """

    role = Role.LEVELS
    tags = Tags(missing=True, categorical=True)
    weight = 9.0
