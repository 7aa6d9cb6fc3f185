"""Bernoulli naive Bayes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.naive_bayes import CountingNaiveBayes
from autoskl.components.component import Context
from autoskl.core.configuration import Value


class BernoulliNaiveBayes(CountingNaiveBayes):
    """Naive Bayes on binary features: whether each column is above its mean.

    References
    ----------
    A. McCallum, K. Nigam. "A comparison of event models for naive Bayes text classification". AAAI
    workshop on learning for text categorization, 1998.
    """

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a naive Bayes classifier."""
        from sklearn.naive_bayes import BernoulliNB

        from autoskl.components.predictors.naive_bayes_inputs import AboveMean

        return AboveMean(BernoulliNB(**values, binarize=None))
