"""No columns made of several others."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.untouched import Untouched


class NoCombination(Untouched):
    """Add no columns that come from pairs with category codes.

    References
    ----------
    M. Kuhn, K. Johnson. "Feature Engineering and Selection". Chapman and Hall, 2019.
    """

    role = Role.COMBINER
    tags = Tags(missing=True, categorical=True)
    weight = 9.0
