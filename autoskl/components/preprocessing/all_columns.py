"""All columns."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.untouched import Untouched


class AllColumns(Untouched):
    """Keep every column.

    References
    ----------
    I. Guyon, A. Elisseeff. "An introduction to variable and feature selection". JMLR, 2003.
    """

    role = Role.SELECTOR
    tags = Tags(missing=True, sparse=True)
    weight = 9.0
