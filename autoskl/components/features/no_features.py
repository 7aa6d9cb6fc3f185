"""Numbers as they are."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.untouched import Untouched


class NoFeatures(Untouched):
    """Make no other columns of the numbers.

    References
    ----------
    M. Kuhn, K. Johnson. "Feature Engineering and Selection". Chapman and Hall, 2019.
    """

    role = Role.FEATURES
    tags = Tags(missing=True, sparse=True)
    weight = 12.0
