"""Columns of text, whose words carry the information, as opposed to categories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.categories import read_labels
from autoskl.tables.columns import Kind

MIN_WORDS = 1.5
"""Mean number of words per row that makes a column text."""

MIN_DISTINCT_WORDS = 0.75
"""Minimum of the mean number of words per row times the share of distinct values.

For example, short texts that all differ, or texts of twice as many words of which half differ.
"""

MIN_DISTINCT = 20
"""With fewer distinct values, text cannot be recognised, nor can words be learned from it."""

MAX_CHARACTERS = 10_000
"""Longer texts are truncated, since their beginning says what they are about."""

_SAMPLE_SIZE = 2_000

TOKEN = r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]{2}|\w\w+"
"""A word; in scripts written without spaces, every two characters count as one."""

_TOKEN = re.compile(TOKEN)


@dataclass(frozen=True, slots=True)
class TextReader:
    """Reads texts, "" where missing, truncated to `MAX_CHARACTERS`."""

    kind: ClassVar[Kind] = Kind.TEXT
    n_levels: ClassVar[int] = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Return the lengths of the texts of a pandas Series, NaN where missing."""
        rows, labels = read_labels(values)
        lengths = np.array([*map(len, labels), np.nan], dtype=np.float64)
        return np.asarray(lengths[rows])

    def read_texts(self, values: Any) -> list[str]:
        """Return the texts of a pandas Series."""
        rows, labels = read_labels(values)
        texts = [*(label[:MAX_CHARACTERS] for label in labels), ""]
        return [texts[row] for row in rows.tolist()]


def looks_like_text(texts: Sequence[str], counts: Sequence[int]) -> bool:
    """Return whether a string column is text rather than categorical.

    Text has many words, categories repeat: the criterion is the mean number of words per row times
    the share of distinct values. Words consist of letters only, so that codes, hashes and numbers
    do not count.

    Parameters
    ----------
    texts : sequence of str
        Distinct values of a column.
    counts : sequence of int
        Number of occurrences of each.

    Examples
    --------
    >>> from autoskl.tables.texts import looks_like_text
    >>> titles = [f"The tale of river number {k}" for k in range(30)]
    >>> looks_like_text(titles, [1] * 30), looks_like_text(titles, [9] * 30)
    (True, False)
    >>> looks_like_text([f"item {k}" for k in range(30)], [1] * 30)
    False
    """
    if len(texts) < MIN_DISTINCT:
        return False
    share = len(texts) / sum(counts)
    sample = _sample_positions(texts)
    n_words = sum(counts[i] * _count_words(texts[i]) for i in sample)
    mean_words = n_words / sum(counts[i] for i in sample)
    return mean_words >= MIN_WORDS and mean_words * share >= MIN_DISTINCT_WORDS


def _sample_positions(texts: Sequence[str]) -> Sequence[int]:
    """Sample about `_SAMPLE_SIZE` texts by their hash, so that the order of rows is irrelevant."""
    every = len(texts) // _SAMPLE_SIZE
    if every <= 1:
        return range(len(texts))
    hashes = (crc32(text.encode(errors="replace")) for text in texts)
    return [i for i, key in enumerate(hashes) if key % every == 0] or range(_SAMPLE_SIZE)


def _count_words(text: str) -> int:
    return sum(map(str.isalpha, _TOKEN.findall(text[:MAX_CHARACTERS])))
