from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autoskl.tables.columns import Kind
from autoskl.tables.encoder import RawTableEncoder
from autoskl.tables.kinds import choose_reader
from autoskl.tables.text_table import MixedTable
from autoskl.tables.texts import MOST_CHARACTERS, TextReader, spells_sentences

ADJECTIVES = ["red", "old", "large", "small", "broken", "shiny", "dusty"]
NOUNS = ["table", "house", "bridge", "tower", "garden", "river"]
SENTENCES = [
    f"a {one} {noun} near the {two} road"
    for one in ADJECTIVES
    for two in ADJECTIVES
    for noun in NOUNS
]


@pytest.mark.parametrize(
    "texts",
    [
        SENTENCES,
        [f"{one.title()} {noun.title()}" for one in ADJECTIVES for noun in NOUNS],
        [f"赤い{chr(0x4E00 + k)}家と古い橋" for k in range(40)],
    ],
    ids=["sentences", "names of two words", "without spaces"],
)
def test_words_that_differ_are_text(texts: list[str]) -> None:
    assert spells_sentences(texts, [1] * len(texts))
    assert isinstance(choose_reader(pd.Series(texts)).reader, TextReader)


@pytest.mark.parametrize(
    ("texts", "counts"),
    [
        (SENTENCES, [20] * len(SENTENCES)),
        (SENTENCES[:19], [1] * 19),
        ([f"item {k}" for k in range(99)], [1] * 99),
        ([f"{k:08x}-{k:04x}-{k:04x}" for k in range(99)], [1] * 99),
        ([f"{k}/{k}" for k in range(99)], [1] * 99),
    ],
    ids=["repeated", "few", "one word", "codes", "numbers"],
)
def test_codes_and_what_repeats_are_no_text(texts: list[str], counts: list[int]) -> None:
    assert not spells_sentences(texts, counts)


def test_many_values_are_judged_by_a_sample_that_ignores_their_order() -> None:
    texts = [f"{sentence} number {k}" for k in range(40) for sentence in SENTENCES]
    codes = [f"code {k}" for k in range(len(texts))]
    for part, expected in ((texts, True), (codes, False)):
        assert spells_sentences(part, [1] * len(part)) is expected
        assert spells_sentences(part[::-1], [1] * len(part)) is expected


def test_texts_are_read_as_they_are_and_long_ones_cut() -> None:
    values = pd.Series(["one two", None, 3.0, "x" * (MOST_CHARACTERS + 5)], dtype=object)
    texts = TextReader().read_texts(values)
    assert texts == ["one two", "", "3", "x" * MOST_CHARACTERS]
    np.testing.assert_array_equal(TextReader().read(values)[:3], [7, np.nan, 1])


def frame_of(n_rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "note": SENTENCES[:n_rows],
            "size": np.arange(n_rows) / 7,
            "title": pd.Series(SENTENCES[:n_rows]).str.title(),
            "city": ["Rome", "Oslo"] * (n_rows // 2),
        }
    )


def test_texts_stand_beside_the_numbers() -> None:
    frame = frame_of(40)
    encoder = RawTableEncoder().fit(frame)
    table = encoder.transform(frame)
    assert isinstance(table, MixedTable)
    assert table.numbers.shape == (40, 2)
    assert table.texts.to_array()[3].tolist() == [frame["note"][3], frame["title"][3]]
    assert [column.name for column in encoder.columns_] == ["size", "city", "note", "title"]
    assert encoder.get_feature_names_out().tolist() == ["size", "city", "note", "title"]
    assert encoder.kinds_ == {
        "note": Kind.TEXT,
        "size": Kind.NUMERIC,
        "title": Kind.TEXT,
        "city": Kind.CATEGORICAL,
    }


@pytest.mark.parametrize(
    "wrap",
    [
        lambda frame: frame[frame.columns[::-1]],
        lambda frame: frame.to_numpy(dtype=object),
        lambda frame: frame.astype({"note": "string", "title": "category"}),
    ],
    ids=["reordered", "array", "other types"],
)
def test_the_container_does_not_matter(wrap) -> None:
    frame = frame_of(40)
    encoder = RawTableEncoder().fit(frame)
    expected, found = encoder.transform(frame), encoder.transform(wrap(frame))
    np.testing.assert_array_equal(found.numbers, expected.numbers)
    np.testing.assert_array_equal(found.texts.to_array(), expected.texts.to_array())


def test_new_rows_may_lack_texts_or_not_exist() -> None:
    frame = frame_of(40)
    encoder = RawTableEncoder().fit(frame)
    later = encoder.transform(frame.head(2).assign(note=None, title=[3, np.nan]))
    assert later.texts.to_array().tolist() == [["", "3"], ["", ""]]
    assert encoder.transform(frame.iloc[:0]).shape == (0, 4)
    numbers = encoder.transform(np.zeros((2, 4)))
    assert numbers.texts.to_array().tolist() == [["0", "0"]] * 2


def test_a_table_of_text_alone_has_no_numbers() -> None:
    table = RawTableEncoder().fit_transform(pd.DataFrame({"note": SENTENCES[:30]}))
    assert table.numbers.shape == (30, 0)
    assert table.shape == (30, 1)


def test_the_user_can_say_that_texts_are_categories() -> None:
    frame = frame_of(40)
    encoder = RawTableEncoder(categorical_features=["note"]).fit(
        frame.astype({"title": "category"})
    )
    assert {encoder.kinds_["note"], encoder.kinds_["title"]} == {Kind.CATEGORICAL}
