"""Multinomial naive Bayes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.naive_bayes import CountingNaiveBayes
from autoskl.components.component import Context
from autoskl.core.configuration import Value


class MultinomialNaiveBayes(CountingNaiveBayes):
    """Columns are counts, independent given the class; other numbers are scaled to [0, 1].

    References
    ----------
    A. McCallum, K. Nigam. "A comparison of event models for naive Bayes text classification". AAAI
    workshop on learning for text categorization, 1998.
    """

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a naive Bayes classifier."""
        from sklearn.naive_bayes import MultinomialNB

        from autoskl.components.predictors.naive_bayes_inputs import AsCounts

        return AsCounts(MultinomialNB(**values))
