"""Texts as points: weighted counts of words or parts of words, and the main directions of these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from autoskl.components.learners.character_runs import CharacterRuns
from autoskl.core.result import FloatArray
from autoskl.tables.texts import TOKEN

MOST_FIT_ROWS = 50_000
MOST_FIT_CHARACTERS = 10_000_000
"""Directions are learnt from a sample of so many rows and characters at most."""

MOST_RUN_CHARACTERS = 500
"""Runs of characters are counted at the beginning of a text only: each character is part of
many."""

HASHED_CHARACTERS = 4_000_000
"""Above this, words are hashed instead of listed, so that a vocabulary cannot fill the memory."""

_VOCABULARY = 20_000
_HASHES = 2**16
_BLOCK_CHARACTERS = 5_000_000
_BLOCK_ROWS = 20_000

Texts = NDArray[np.object_]


class TextVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF and a truncated singular value decomposition of each column of text.

    A column in which no word occurs twice gives no numbers.

    Parameters
    ----------
    analyzer : {"word", "char_wb"}, default="word"
        Whether words are counted or runs of characters inside of words.
    ngram_range : (int, int), default=(1, 1)
        Least and greatest number of words, or of characters, that are counted as one.
    n_components : int, default=48
        Numbers of each column.
    min_df : int, default=2
        In how many texts a word must occur.
    random_state : int, default=0

    Attributes
    ----------
    models_ : list of Pipeline or None
        One for each column.

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
        """Learn words and directions.

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
        """Return the numbers of all columns, an array of float64 of shape (n_rows, n_numbers)."""
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
        cut = [[text[:MOST_RUN_CHARACTERS] for text in row] for row in X]
        return np.array(cut, dtype=object).reshape(X.shape)

    def _sample(self, X: Texts) -> NDArray[np.intp]:
        characters = np.cumsum([sum(map(len, row)) for row in X])
        most = MOST_FIT_CHARACTERS if self.analyzer == "word" else MOST_FIT_CHARACTERS // 10
        if len(X) <= MOST_FIT_ROWS and characters[-1] <= most:
            return np.arange(len(X))
        share = min(MOST_FIT_ROWS / len(X), most / characters[-1])
        random = np.random.default_rng(self.random_state)
        return np.sort(random.permutation(len(X))[: max(1, int(share * len(X)))])

    def _fit_column(self, texts: Texts) -> Any:
        """Return a fitted pipeline, None where there is nothing to count."""
        from sklearn.decomposition import TruncatedSVD
        from sklearn.pipeline import make_pipeline

        weighted = self._weights(sum(map(len, texts)))
        try:
            counts = weighted.fit_transform(texts)
        except ValueError:  # scikit-learn's way to say that no word is left
            return None
        n_components = min(self.n_components, counts.shape[1] - 1, counts.shape[0] - 1)
        if n_components < 1 or not counts.nnz:
            return None
        directions = TruncatedSVD(n_components, random_state=self.random_state)
        with np.errstate(invalid="ignore"):  # shares of a variance that is 0 are not used
            directions.fit(counts)
        return make_pipeline(weighted, directions)

    def _weights(self, n_characters: int) -> Any:
        from sklearn.feature_extraction.text import (
            HashingVectorizer,
            TfidfTransformer,
            TfidfVectorizer,
        )
        from sklearn.pipeline import make_pipeline

        if self.analyzer != "word":
            runs = CharacterRuns(self.ngram_range, self.min_df, _VOCABULARY)
            return make_pipeline(runs, TfidfTransformer(sublinear_tf=True))
        counted = {
            "ngram_range": self.ngram_range,
            "token_pattern": TOKEN,
            "strip_accents": "unicode",
        }
        if n_characters > HASHED_CHARACTERS:
            hashed = HashingVectorizer(
                n_features=_HASHES, alternate_sign=False, norm=None, **counted
            )
            return make_pipeline(hashed, TfidfTransformer(sublinear_tf=True))
        return TfidfVectorizer(
            min_df=self.min_df, max_features=_VOCABULARY, sublinear_tf=True, **counted
        )


def _blocks(X: Texts) -> Iterator[slice]:
    """Cut the rows into blocks, so that counts never fill the memory."""
    start = characters = 0
    for row in range(len(X)):
        characters += sum(map(len, X[row]))
        if characters >= _BLOCK_CHARACTERS or row - start >= _BLOCK_ROWS:
            yield slice(start, row + 1)
            start, characters = row + 1, 0
    if start < len(X):
        yield slice(start, len(X))
