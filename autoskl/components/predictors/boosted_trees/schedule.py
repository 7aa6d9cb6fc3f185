"""How long boosting takes at most, and with which learning rate."""

from __future__ import annotations

from typing import NamedTuple

from autoskl.components.predictors.boosted_trees.early_stopping import (
    EarlyStopping,
    early_stopping_rule,
)
from autoskl.components.predictors.boosted_trees.learning_rate import BudgetAwareLearningRate


class Schedule(NamedTuple):
    """Limits of a fit.

    Attributes
    ----------
    n_rounds : int
        Maximum number of rounds.
    deadline : float or None
        Time on the monotonic clock, in seconds, after which no round should end.
    rate : BudgetAwareLearningRate
        Changes the learning rate, where the library allows that.
    """

    n_rounds: int
    deadline: float | None
    rate: BudgetAwareLearningRate

    def early_stopping(self, n_rows: int) -> EarlyStopping:
        """Return what decides after each round whether to continue; its clock starts now.

        Parameters
        ----------
        n_rows : int
            Number of training rows.
        """
        return EarlyStopping(early_stopping_rule(n_rows, self.deadline), self.deadline)
