from __future__ import annotations

import numpy as np
import pytest

from autoskl.components.transformers import text_vectors
from autoskl.components.transformers.text_vectors import TextVectors

ABOUT = {
    "ships": ["the ship sails", "a harbour and a ship", "sails of the ship", "ship in a harbour"],
    "bread": ["bake the bread", "an oven for bread", "the bread in an oven", "bake in an oven"],
}


def texts(n_columns: int = 1, repeats: int = 5) -> np.ndarray:
    rows = [text for group in ABOUT.values() for text in group * repeats]
    return np.array([[row] * n_columns for row in rows], dtype=object)


def test_texts_of_one_topic_are_similar() -> None:
    check_topics(TextVectors(n_components=2).fit_transform(texts()))


def check_topics(Z: np.ndarray) -> None:
    half = len(Z) // 2
    centres = Z[:half].mean(axis=0), Z[half:].mean(axis=0)
    distances = [np.linalg.norm(Z - centre, axis=1) for centre in centres]
    np.testing.assert_array_equal(distances[0] > distances[1], np.arange(len(Z)) >= half)


@pytest.mark.parametrize(("analyzer", "sizes"), [("word", (1, 2)), ("char_wb", (2, 4))])
def test_each_column_has_its_own_components(analyzer: str, sizes: tuple[int, int]) -> None:
    vectors = TextVectors(analyzer, sizes, n_components=3).fit(texts(2))
    Z = vectors.transform(texts(2))
    assert Z.shape == (40, 6)
    np.testing.assert_array_equal(Z[:, :3], Z[:, 3:])
    assert vectors.transform(texts(2)[:0]).shape == (0, 6)
    unknown = vectors.transform(np.array([["", "§§§"]], dtype=object))
    np.testing.assert_array_equal(unknown, np.zeros((1, 6)))


def test_column_without_words_gives_no_output() -> None:
    for nothing in ("", "§", "a"):
        X = np.column_stack([texts(), np.full(40, nothing, dtype=object)])
        assert TextVectors(n_components=3).fit_transform(X).shape == (40, 3)


def test_blocks_do_not_change_results_and_a_sample_finds_the_topics(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    X = texts(repeats=50)
    whole = TextVectors(n_components=2).fit(X)
    expected = whole.transform(X)
    monkeypatch.setattr(text_vectors, "_BLOCK_ROWS", 7)
    np.testing.assert_allclose(whole.transform(X), expected)
    monkeypatch.setattr(text_vectors, "MAX_FIT_ROWS", 100)
    check_topics(TextVectors(n_components=2).fit_transform(X))


def test_ngrams_are_counted_only_in_the_first_characters() -> None:
    long = np.array([["ship " * 100 + end] for end in ("sails", "bread")] * 10, dtype=object)
    runs = TextVectors("char_wb", (2, 3), n_components=2).fit(texts()).transform(long)
    np.testing.assert_array_equal(runs[0], runs[1])
    words = TextVectors(n_components=2).fit(texts()).transform(long)
    assert not np.array_equal(words[0], words[1])


def test_many_characters_are_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_vectors, "HASHED_CHARACTERS", 10)
    vectors = TextVectors(n_components=2).fit(texts())
    assert not hasattr(vectors.models_[0][0], "vocabulary_")
    expected = TextVectors(n_components=2)
    monkeypatch.undo()
    np.testing.assert_allclose(
        np.abs(vectors.transform(texts())), np.abs(expected.fit_transform(texts())), atol=0.05
    )
