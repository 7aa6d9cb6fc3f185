"""Columns of text that is read for its words, unlike categories, which are told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.categories import read_labels
from autoskl.tables.columns import Kind

# Words make a text, repetition makes a category: a column is text where a row has so many words ...
LEAST_WORDS = 1.5
# ... and words times the share of distinct values is at least this: all values differ, or half of
# them in texts of twice as many words.
LEAST_DISTINCT_WORDS = 0.75
# Fewer rows or distinct values cannot tell, and give nothing to learn words from.
LEAST_DISTINCT = 20

MOST_CHARACTERS = 10_000
"""Longer texts are cut: what they are about has been said by then."""

_SAMPLE = 2_000

TOKEN = r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]{2}|\w\w+"
"""A word; in scripts that are written without spaces, two characters count as one."""

_TOKEN = re.compile(TOKEN)


@dataclass(frozen=True, slots=True)
class TextReader:
    """Texts as they are, "" where missing, cut after `MOST_CHARACTERS`."""

    kind: Kind = Kind.TEXT
    n_levels: int = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Turn a pandas Series into the lengths of its texts, NaN where missing."""
        rows, labels = read_labels(values)
        lengths = np.array([*map(len, labels), np.nan], dtype=np.float64)
        return np.asarray(lengths[rows])

    def read_texts(self, values: Any) -> list[str]:
        """Turn a pandas Series into texts."""
        rows, labels = read_labels(values)
        cut = [*(label[:MOST_CHARACTERS] for label in labels), ""]
        return [cut[row] for row in rows.tolist()]


def spells_sentences(texts: Sequence[str], counts: Sequence[int]) -> bool:
    """Return whether the values of a column are texts rather than categories.

    The rule weighs words, which say something of other rows, against repetition, by which a
    category is known: the mean number of words of a row times the share of distinct values.
    Words are letters only, so that codes, hashes and numbers are none.

    Parameters
    ----------
    texts : sequence of str
        Distinct values of a column.
    counts : sequence of int
        How often each occurs.

    Examples
    --------
    >>> from autoskl.tables.texts import spells_sentences
    >>> titles = [f"The tale of river number {k}" for k in range(30)]
    >>> spells_sentences(titles, [1] * 30), spells_sentences(titles, [9] * 30)
    (True, False)
    >>> spells_sentences([f"item {k}" for k in range(30)], [1] * 30)
    False
    """
    if len(texts) < LEAST_DISTINCT:
        return False
    share = len(texts) / sum(counts)
    sample = _sample(texts)
    n_words = sum(counts[place] * _count_words(texts[place]) for place in sample)
    words = n_words / sum(counts[place] for place in sample)
    return words >= LEAST_WORDS and words * share >= LEAST_DISTINCT_WORDS


def _sample(texts: Sequence[str]) -> Sequence[int]:
    """Choose about `_SAMPLE` by a hash of the text, so that the rows' order does not matter."""
    every = len(texts) // _SAMPLE
    if every <= 1:
        return range(len(texts))
    hashes = (crc32(text.encode(errors="replace")) for text in texts)
    return [place for place, key in enumerate(hashes) if key % every == 0] or range(_SAMPLE)


def _count_words(text: str) -> int:
    return sum(map(str.isalpha, _TOKEN.findall(text[:MOST_CHARACTERS])))
