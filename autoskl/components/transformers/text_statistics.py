"""Statistics of texts that do not depend on their words."""

from __future__ import annotations

import re
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from autoskl.core.result import FloatArray

_PATTERNS = {
    "words": re.compile(r"\w+"),
    "digits": re.compile(r"[0-9]"),
    "punctuation": re.compile(r"[^\w\s]"),
    "lines": re.compile(r"\n"),
}

STATISTICS = ("characters", *_PATTERNS, "capitals", "mean word")


class TextStatistics(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Lengths of texts and fractions of digits, capitals and punctuation.

    For each column: the logarithms of the numbers of characters, words and lines, the fractions of
    digits, punctuation and capitals among the characters, and the mean word length. Statistics that
    are constant in the training rows are left out.

    Attributes
    ----------
    kept_ : ndarray of bool of shape (n_columns * 7,)
        Whether each statistic is returned.
    """

    def fit(self, X: NDArray[np.object_], y: Any = None) -> Self:
        """Determine which statistics vary.

        Parameters
        ----------
        X : ndarray of str of shape (n_rows, n_columns)
        y : ignored
        """
        self.fit_transform(X)
        return self

    def fit_transform(self, X: NDArray[np.object_], y: Any = None) -> FloatArray:
        """Fit, and return the statistics of the same rows."""
        statistics = _statistics(X)
        self.kept_ = np.ptp(statistics, axis=0) > 0
        return statistics[:, self.kept_]

    def transform(self, X: NDArray[np.object_]) -> FloatArray:
        """Return an array of float64 of shape (n_rows, n_statistics)."""
        return _statistics(X)[:, self.kept_]


def _statistics(X: NDArray[np.object_]) -> FloatArray:
    n_columns = X.shape[1]
    rows = [[value for text in row for value in _of_text(text)] for row in X]
    return np.array(rows, dtype=np.float64).reshape(len(X), n_columns * len(STATISTICS))


def _of_text(text: str) -> tuple[float, ...]:
    n = max(len(text), 1)
    words, digits, punctuation, lines = (
        len(pattern.findall(text)) for pattern in _PATTERNS.values()
    )
    capitals = sum(map(str.isupper, text))
    return (
        np.log1p(len(text)),
        np.log1p(words),
        digits / n,
        punctuation / n,
        np.log1p(lines),
        capitals / n,
        len(text) / max(words, 1),
    )
