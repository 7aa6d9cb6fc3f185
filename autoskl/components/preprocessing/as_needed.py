"""Imputation only if a later step needs it."""

from __future__ import annotations

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Role, Tags


class AsNeeded(Passthrough):
    """Leave missing values to models that support them; the pipeline imputes them for others.

    References
    ----------
    J. Josse, J. M. Chen, N. Prost, G. Varoquaux, E. Scornet. "On the consistency of supervised
    learning with missing values". Statistical Papers, 2024.
    """

    role = Role.IMPUTER
    tags = Tags(missing=True, sparse=True)
    weight = 6.0
