"""Classes as frequent as they are."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.untouched import Untouched
from autoskl.core.task import Task


class NoBalancing(Untouched):
    """Fit on the rows as they are, which keeps predicted probabilities honest.

    References
    ----------
    R. van den Goorbergh, M. van Smeden, D. Timmerman, B. Van Calster. "The harm of class imbalance
    corrections for risk prediction models". JAMIA, 2022.
    """

    role = Role.BALANCING
    tags = Tags(tasks=frozenset({Task.BINARY, Task.MULTICLASS}), missing=True, sparse=True)
    weight = 9.0
