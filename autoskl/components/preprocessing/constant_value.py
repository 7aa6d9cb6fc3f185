"""Imputation by a constant."""

from __future__ import annotations

from autoskl.components.abstract.imputer import Imputer
from autoskl.core.task import Task
from autoskl.space import Space, ordinal, space_of


class ConstantValue(Imputer):
    """Replace missing values by a constant, which marks them if it does not occur otherwise.

    References
    ----------
    B. Twala, M. Jones, D. J. Hand. "Good methods for coping with missing data in decision trees".
    Pattern Recognition Letters, 2008.
    """

    strategy = "constant"
    weight = 0.3

    def parameters(self, task: Task) -> Space:
        """Return the constant, and whether missing-value indicator columns are added."""
        return space_of(ordinal("fill_value", [-1000.0, -1.0, 0.0], 0.0), super().parameters(task))
