"""Categories as they are."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.untouched import Untouched


class Native(Untouched):
    """Leave the codes alone, for models that split them into sets of categories by themselves.

    References
    ----------
    W. D. Fisher. "On grouping for maximum homogeneity". Journal of the American Statistical
    Association, 1958.
    """

    role = Role.ENCODER
    tags = Tags(missing=True, categorical=True)
    weight = 2.0
