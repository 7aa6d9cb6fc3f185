"""No class weights."""

from __future__ import annotations

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role, Tags
from autoskl.core.task import Task


class NoBalancing(Passthrough):
    """Leave the sample weights unchanged, which keeps predicted probabilities calibrated.

    References
    ----------
    R. van den Goorbergh, M. van Smeden, D. Timmerman, B. Van Calster. "The harm of class imbalance
    corrections for risk prediction models". JAMIA, 2022.
    """

    role = Role.BALANCING
    tags = Tags(tasks=frozenset({Task.BINARY, Task.MULTICLASS}), missing=True, sparse=True)
    weight = 9.0
