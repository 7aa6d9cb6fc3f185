"""Imputation by the mean."""

from __future__ import annotations

from autoskl.components.abstract.imputer import Imputer


class Mean(Imputer):
    """Replace missing values by the mean of the column.

    References
    ----------
    R. J. A. Little, D. B. Rubin. "Statistical Analysis with Missing Data". Wiley, 1987.
    """

    strategy = "mean"
