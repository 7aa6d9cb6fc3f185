"""The most frequent value in place of missing values."""

from __future__ import annotations

from autoskl.components.imputer import Imputer


class MostFrequent(Imputer):
    """Replace missing values by the most frequent value of the column, the smallest of equals.

    References
    ----------
    R. J. A. Little, D. B. Rubin. "Statistical Analysis with Missing Data". Wiley, 1987.
    """

    strategy = "most_frequent"
    weight = 0.2
