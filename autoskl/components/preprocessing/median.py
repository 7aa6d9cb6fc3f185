"""Imputation by the median."""

from __future__ import annotations

from autoskl.components.abstract.imputer import Imputer


class Median(Imputer):
    """Replace missing values by the median of the column, which is robust to outliers.

    References
    ----------
    R. J. A. Little, D. B. Rubin. "Statistical Analysis with Missing Data". Wiley, 1987.
    """

    strategy = "median"
    weight = 0.5
