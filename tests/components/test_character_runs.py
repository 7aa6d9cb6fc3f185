"""Counts of runs of characters against scikit-learn's."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from autoskl.components.learners import character_runs
from autoskl.components.learners.character_runs import CharacterRuns

TEXTS = ["The quick  brown fox", "the QUICK dog\n", "", "ÜBER alles, über all", "fox fox fox", "x"]


@pytest.mark.parametrize("sizes", [(2, 2), (2, 4), (3, 5)])
@pytest.mark.parametrize("min_df", [1, 2])
def test_counts_are_those_of_scikit_learn(sizes: tuple[int, int], min_df: int) -> None:
    # Of words shorter than a run, scikit-learn counts the whole once more.
    long = [" ".join(word for word in text.split() if len(word) + 2 >= sizes[1]) for text in TEXTS]
    theirs = CountVectorizer(
        analyzer="char_wb", ngram_range=sizes, min_df=min_df, strip_accents="unicode"
    ).fit_transform(long)
    own = CharacterRuns(sizes, min_df).fit(long)
    columns = own.transform(long).toarray().T.tolist()
    assert sorted(columns) == sorted(theirs.toarray().T.tolist())


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = CharacterRuns().fit(TEXTS)
    expected = whole.transform(TEXTS).toarray()
    monkeypatch.setattr(character_runs, "_CHARACTERS_AT_ONCE", 8)
    again = pickle.loads(pickle.dumps(CharacterRuns().fit(TEXTS)))
    np.testing.assert_array_equal(again.transform(TEXTS).toarray(), expected)


def test_the_most_frequent_are_kept() -> None:
    kept = CharacterRuns((2, 3), 1, 3).fit(["aaaaaaaa b", "aaa c"]).transform(["aaaaaa", "b"])
    assert kept.shape == (2, 3)
    assert kept.toarray()[0].sum() > 5


def test_nothing_to_count_is_an_error() -> None:
    for texts in ([], ["", " "], ["once"]):
        with pytest.raises(ValueError, match="No run of characters occurs in 2 texts"):
            CharacterRuns().fit(texts)
    assert CharacterRuns().fit(TEXTS).transform([]).shape[0] == 0


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_any_text_is_counted_alone_as_among_others(texts: list[str]) -> None:
    runs = CharacterRuns((2, 4), 1).fit([*texts, "known"])
    alone = [runs.transform([text]).toarray() for text in texts]
    np.testing.assert_array_equal(runs.transform(texts).toarray(), np.vstack(alone))
