"""Columns on their own scales."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.untouched import Untouched


class NoScaling(Untouched):
    """Leave the columns alone, for tables whose columns share one scale already.

    References
    ----------
    G. W. Milligan, M. C. Cooper. "A study of standardization of variables in cluster analysis".
    Journal of Classification, 1988.
    """

    role = Role.SCALER
    tags = Tags(missing=True, sparse=True)
    weight = 0.3
