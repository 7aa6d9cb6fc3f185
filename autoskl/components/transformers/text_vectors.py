"""Latent semantic analysis of texts: TF-IDF of words or character n-grams, then a truncated SVD."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from autoskl.components.transformers.char_ngrams import CharNGramCounter
from autoskl.core.result import FloatArray
from autoskl.tables.texts import TOKEN

MAX_FIT_ROWS = 50_000
MAX_FIT_CHARACTERS = 10_000_000
"""Maximum size of the sample of texts that is fitted."""

MAX_NGRAM_CHARACTERS = 500
"""Character n-grams are counted only in this many first characters of a text."""

HASHED_CHARACTERS = 4_000_000
"""With more characters, words are hashed, so that a vocabulary cannot fill the memory."""

_VOCABULARY = 20_000
_HASHES = 2**16
_BLOCK_CHARACTERS = 5_000_000
_BLOCK_ROWS = 20_000

Texts = NDArray[np.object_]


class TextVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF and truncated SVD of each text column.

    A column without a frequent enough word gives no output columns.

    Parameters
    ----------
    analyzer : {"word", "char_wb"}, default="word"
        Whether words or character n-grams inside words are counted.
    ngram_range : (int, int), default=(1, 1)
        Minimum and maximum length of the n-grams.
    n_components : int, default=48
        Number of components per text column.
    min_df : int, default=2
        Minimum number of texts in which an n-gram must occur.
    random_state : int, default=0

    Attributes
    ----------
    models_ : list of Pipeline or None
        One per text column.

    References
    ----------
    S. Deerwester, S. T. Dumais, G. W. Furnas, T. K. Landauer, R. Harshman. "Indexing by latent
    semantic analysis". Journal of the American Society for Information Science, 1990.
    """

    def __init__(
        self,
        analyzer: str = "word",
        ngram_range: tuple[int, int] = (1, 1),
        n_components: int = 48,
        min_df: int = 2,
        random_state: int = 0,
    ) -> None:
        self.analyzer = analyzer
        self.ngram_range = ngram_range
        self.n_components = n_components
        self.min_df = min_df
        self.random_state = random_state

    def fit(self, X: Texts, y: Any = None) -> Self:
        """Learn vocabularies and components.

        Parameters
        ----------
        X : ndarray of str of shape (n_rows, n_columns)
        y : ignored
        """
        X = self._beginnings(X)
        rows = self._sample(X)
        self.models_ = [self._fit_column(X[rows, j]) for j in range(X.shape[1])]
        return self

    def transform(self, X: Texts) -> FloatArray:
        """Return the components of all columns, float64 of shape (n_rows, n_components)."""
        X = self._beginnings(X)
        blocks = [self._transform_block(X[rows]) for rows in _blocks(X)]
        return np.concatenate(blocks) if blocks else self._transform_block(X)

    def _transform_block(self, X: Texts) -> FloatArray:
        parts = [np.empty((len(X), 0))]
        for model, texts in zip(self.models_, X.T, strict=True):
            if model is not None and len(X):
                parts.append(model.transform(texts))
            elif model is not None:
                parts.append(np.empty((0, model[-1].n_components)))
        return np.hstack(parts)

    def _beginnings(self, X: Texts) -> Texts:
        if self.analyzer == "word":
            return X
        cut = [[text[:MAX_NGRAM_CHARACTERS] for text in row] for row in X]
        return np.array(cut, dtype=object).reshape(X.shape)

    def _sample(self, X: Texts) -> NDArray[np.intp]:
        characters = np.cumsum([sum(map(len, row)) for row in X])
        max_characters = MAX_FIT_CHARACTERS if self.analyzer == "word" else MAX_FIT_CHARACTERS // 10
        if len(X) <= MAX_FIT_ROWS and characters[-1] <= max_characters:
            return np.arange(len(X))
        share = min(MAX_FIT_ROWS / len(X), max_characters / characters[-1])
        rng = np.random.default_rng(self.random_state)
        return np.sort(rng.permutation(len(X))[: max(1, int(share * len(X)))])

    def _fit_column(self, texts: Texts) -> Any:
        """Return a fitted pipeline, None if there is nothing to count."""
        from sklearn.decomposition import TruncatedSVD
        from sklearn.pipeline import make_pipeline

        vectoriser = self._vectoriser(sum(map(len, texts)))
        try:
            weights = vectoriser.fit_transform(texts)
        except ValueError:  # no word is frequent enough
            return None
        n_components = min(self.n_components, weights.shape[1] - 1, weights.shape[0] - 1)
        if n_components < 1 or not weights.nnz:
            return None
        svd = TruncatedSVD(n_components, random_state=self.random_state)
        with np.errstate(invalid="ignore"):  # explained variance ratios are not used
            svd.fit(weights)
        return make_pipeline(vectoriser, svd)

    def _vectoriser(self, n_characters: int) -> Any:
        from sklearn.feature_extraction.text import (
            HashingVectorizer,
            TfidfTransformer,
            TfidfVectorizer,
        )
        from sklearn.pipeline import make_pipeline

        if self.analyzer != "word":
            counter = CharNGramCounter(self.ngram_range, self.min_df, _VOCABULARY)
            return make_pipeline(counter, TfidfTransformer(sublinear_tf=True))
        words = {
            "ngram_range": self.ngram_range,
            "token_pattern": TOKEN,
            "strip_accents": "unicode",
        }
        if n_characters > HASHED_CHARACTERS:
            hashed = HashingVectorizer(n_features=_HASHES, alternate_sign=False, norm=None, **words)
            return make_pipeline(hashed, TfidfTransformer(sublinear_tf=True))
        return TfidfVectorizer(
            min_df=self.min_df, max_features=_VOCABULARY, sublinear_tf=True, **words
        )


def _blocks(X: Texts) -> Iterator[slice]:
    """Yield blocks of rows whose counts fit into memory."""
    start = characters = 0
    for row in range(len(X)):
        characters += sum(map(len, X[row]))
        if characters >= _BLOCK_CHARACTERS or row - start >= _BLOCK_ROWS:
            yield slice(start, row + 1)
            start, characters = row + 1, 0
    if start < len(X):
        yield slice(start, len(X))
