"""Imputation by the most frequent value."""

from __future__ import annotations

from autoskl.components.abstract.imputer import Imputer


class MostFrequent(Imputer):
    """Replace missing values by the most frequent value of the column; ties go to the smallest.

    References
    ----------
    R. J. A. Little, D. B. Rubin. "Statistical Analysis with Missing Data". Wiley, 1987.
    """

    strategy = "most_frequent"
    weight = 0.2
