"""Missing values filled only where a later step cannot do with them."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.untouched import Untouched


class AsNeeded(Untouched):
    """Leave missing values to models that take them; the pipeline fills them for all others.

    References
    ----------
    J. Josse, J. M. Chen, N. Prost, G. Varoquaux, E. Scornet. "On the consistency of supervised
    learning with missing values". Statistical Papers, 2024.
    """

    role = Role.IMPUTER
    tags = Tags(missing=True, sparse=True)
    weight = 6.0
