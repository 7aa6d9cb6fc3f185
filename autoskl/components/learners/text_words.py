"""Texts in the form in which CatBoost makes numbers of them: words between spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from autoskl.tables.text_table import MixedTable, TextTable
from autoskl.tables.texts import TOKEN

MOST_CHARACTERS = 5_000
"""Of a text; what comes behind them is not read."""
_MOST_WORDS = 20_000

_TOKEN = re.compile(TOKEN)


def words_of(X: Any, places: Sequence[int]) -> list[list[str]]:
    """Return the words of some columns of text, in small letters, with one space between them.

    Parameters
    ----------
    X : MixedTable, or any table where ``places`` is empty
    places : sequence of int
        Among the columns of text.
    """
    return [_words(X.texts, place) for place in places]


def spoken_columns(X: Any) -> tuple[int, ...]:
    """Return the places of the columns of text in which some word occurs twice.

    CatBoost refuses columns without such a word.
    """
    if not isinstance(X, MixedTable):
        return ()
    return tuple(place for place in range(X.texts.shape[1]) if _repeats(_words(X.texts, place)))


def word_features(*, classes: bool) -> dict[str, Any]:
    """Return the parameters of CatBoost that make numbers of words.

    Parameters
    ----------
    classes : bool
        Whether there are classes, for which words have probabilities too.
    """
    calculators = ["BoW", "NaiveBayes"] if classes else ["BoW"]
    words = {
        "tokenizer_id": "Space",
        "separator_type": "ByDelimiter",
        "delimiter": " ",
    }
    dictionary = {
        "dictionary_id": "Word",
        "occurrence_lower_bound": "2",
        "max_dictionary_size": str(_MOST_WORDS),
    }
    features = {
        "tokenizers_names": ["Space"],
        "dictionaries_names": ["Word"],
        "feature_calcers": calculators,
    }
    return {
        "text_processing": {
            "tokenizers": [words],
            "dictionaries": [dictionary],
            "feature_processing": {"default": [features]},
        }
    }


def _words(texts: TextTable, place: int) -> list[str]:
    decoded = texts.columns[place].decode(texts.rows)
    return [" ".join(_TOKEN.findall(text[:MOST_CHARACTERS].lower())) for text in decoded]


def _repeats(texts: Sequence[str]) -> bool:
    """Whether a word occurs twice."""
    seen: set[str] = set()
    for text in texts:
        for word in text.split():
            if word in seen:
                return True
            seen.add(word)
    return False
