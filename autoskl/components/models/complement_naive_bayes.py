"""Complement naive Bayes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.naive_bayes import CountingNaiveBayes
from autoskl.components.component import Context
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of


class ComplementNaiveBayes(CountingNaiveBayes):
    """Multinomial naive Bayes on the complement of each class, which suits imbalanced classes.

    References
    ----------
    J. Rennie, L. Shih, J. Teevan, D. Karger. "Tackling the poor assumptions of naive Bayes text
    classifiers". ICML, 2003.
    """

    weight = 0.05

    def parameters(self, task: Task) -> Space:
        """Return the smoothing, and whether weights are normalised."""
        return space_of(
            real("alpha", 0.01, 100.0, 1.0, log=True),
            choice("norm", [False, True]),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a naive Bayes classifier."""
        from sklearn.naive_bayes import ComplementNB

        from autoskl.components.predictors.naive_bayes_inputs import AsCounts

        return AsCounts(ComplementNB(**values))
