"""Values to predict as they are."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.untouched import Untouched
from autoskl.core.task import Task


class PlainResponse(Untouched):
    """Fit the values as they are, so that large ones count as a squared error counts them.

    References
    ----------
    G. Box, D. Cox. "An analysis of transformations". Journal of the Royal Statistical Society B
    26(2), 1964.
    """

    role = Role.RESPONSE
    tags = Tags(tasks=frozenset({Task.REGRESSION}), missing=True, sparse=True)
    weight = 3.0
