"""Moments as they are."""

from __future__ import annotations

from autoskl.components.component import Role, Tags
from autoskl.components.untouched import Untouched


class Timestamp(Untouched):
    """Leave moments as seconds, for tables whose time only passes.

    References
    ----------
    G. E. P. Box, G. M. Jenkins. "Time Series Analysis: Forecasting and Control". Holden-Day, 1970.
    """

    role = Role.DATETIME
    tags = Tags(missing=True)
