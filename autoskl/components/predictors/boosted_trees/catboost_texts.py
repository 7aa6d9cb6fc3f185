"""Text columns in the form that CatBoost processes: words separated by spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from autoskl.tables.text_table import MixedTable, TextTable
from autoskl.tables.texts import TOKEN

MAX_CHARACTERS = 5_000
"""Number of characters of a text that are used; the rest is ignored."""
_MAX_WORDS = 20_000

_TOKEN = re.compile(TOKEN)


def words_of(X: Any, columns: Sequence[int]) -> list[list[str]]:
    """Return the lowercase words of some text columns, separated by single spaces.

    Parameters
    ----------
    X : MixedTable, or any table if ``columns`` is empty
    columns : sequence of int
        Positions among the text columns.
    """
    return [_words(X.texts, column) for column in columns]


def columns_with_repeated_words(X: Any) -> tuple[int, ...]:
    """Return the positions of the text columns in which some word occurs twice.

    CatBoost rejects columns without such a word.
    """
    if not isinstance(X, MixedTable):
        return ()
    return tuple(i for i in range(X.texts.shape[1]) if _has_repeated_word(_words(X.texts, i)))


def word_features(*, classification: bool) -> dict[str, Any]:
    """Return the parameters of CatBoost's word features.

    Parameters
    ----------
    classification : bool
        Whether to add naive Bayes features, which need classes.
    """
    calculators = ["BoW", "NaiveBayes"] if classification else ["BoW"]
    words = {
        "tokenizer_id": "Space",
        "separator_type": "ByDelimiter",
        "delimiter": " ",
    }
    dictionary = {
        "dictionary_id": "Word",
        "occurrence_lower_bound": "2",
        "max_dictionary_size": str(_MAX_WORDS),
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


def _words(texts: TextTable, column: int) -> list[str]:
    decoded = texts.columns[column].decode(texts.rows)
    return [" ".join(_TOKEN.findall(text[:MAX_CHARACTERS].lower())) for text in decoded]


def _has_repeated_word(texts: Sequence[str]) -> bool:
    """Whether any word occurs twice."""
    seen: set[str] = set()
    for text in texts:
        for word in text.split():
            if word in seen:
                return True
            seen.add(word)
    return False
