"""Counts of character n-grams, compared with scikit-learn."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from autoskl.components.transformers import char_ngrams
from autoskl.components.transformers.char_ngrams import CharNGramCounter

TEXTS = ["The quick  brown fox", "the QUICK dog\n", "", "ÜBER alles, über all", "fox fox fox", "x"]


@pytest.mark.parametrize("sizes", [(2, 2), (2, 4), (3, 5)])
@pytest.mark.parametrize("min_df", [1, 2])
def test_counts_equal_scikit_learn(sizes: tuple[int, int], min_df: int) -> None:
    # scikit-learn counts words shorter than an n-gram once more as a whole.
    long = [" ".join(word for word in text.split() if len(word) + 2 >= sizes[1]) for text in TEXTS]
    theirs = CountVectorizer(
        analyzer="char_wb", ngram_range=sizes, min_df=min_df, strip_accents="unicode"
    ).fit_transform(long)
    own = CharNGramCounter(sizes, min_df).fit(long)
    columns = own.transform(long).toarray().T.tolist()
    assert sorted(columns) == sorted(theirs.toarray().T.tolist())


def test_blocks_do_not_change_the_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = CharNGramCounter().fit(TEXTS)
    expected = whole.transform(TEXTS).toarray()
    monkeypatch.setattr(char_ngrams, "_BLOCK_CHARACTERS", 8)
    again = pickle.loads(pickle.dumps(CharNGramCounter().fit(TEXTS)))
    np.testing.assert_array_equal(again.transform(TEXTS).toarray(), expected)


def test_most_frequent_ngrams_are_kept() -> None:
    kept = CharNGramCounter((2, 3), 1, 3).fit(["aaaaaaaa b", "aaa c"]).transform(["aaaaaa", "b"])
    assert kept.shape == (2, 3)
    assert kept.toarray()[0].sum() > 5


def test_no_frequent_ngram_is_an_error() -> None:
    for texts in ([], ["", " "], ["once"]):
        with pytest.raises(ValueError, match="No character n-gram occurs in 2 texts"):
            CharNGramCounter().fit(texts)
    assert CharNGramCounter().fit(TEXTS).transform([]).shape[0] == 0


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_counts_of_a_text_do_not_depend_on_other_texts(texts: list[str]) -> None:
    counter = CharNGramCounter((2, 4), 1).fit([*texts, "known"])
    alone = [counter.transform([text]).toarray() for text in texts]
    np.testing.assert_array_equal(counter.transform(texts).toarray(), np.vstack(alone))
