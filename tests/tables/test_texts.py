from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autoskl.tables.columns import Kind
from autoskl.tables.encoder import RawTableEncoder
from autoskl.tables.reader_choice import choose_reader
from autoskl.tables.text_table import MixedTable
from autoskl.tables.texts import MAX_CHARACTERS, TextReader, looks_like_text

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
def test_distinct_values_of_several_words_are_text(texts: list[str]) -> None:
    assert looks_like_text(texts, [1] * len(texts))
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
def test_codes_and_repeated_values_are_not_text(texts: list[str], counts: list[int]) -> None:
    assert not looks_like_text(texts, counts)


def test_large_columns_are_sampled_independently_of_their_order() -> None:
    texts = [f"{sentence} number {k}" for k in range(40) for sentence in SENTENCES]
    codes = [f"code {k}" for k in range(len(texts))]
    for part, expected in ((texts, True), (codes, False)):
        assert looks_like_text(part, [1] * len(part)) is expected
        assert looks_like_text(part[::-1], [1] * len(part)) is expected


def test_texts_are_unchanged_and_long_ones_truncated() -> None:
    values = pd.Series(["one two", None, 3.0, "x" * (MAX_CHARACTERS + 5)], dtype=object)
    texts = TextReader().read_texts(values)
    assert texts == ["one two", "", "3", "x" * MAX_CHARACTERS]
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


def test_texts_are_stored_beside_the_numbers() -> None:
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


def test_later_tables_may_have_missing_texts_or_no_rows() -> None:
    frame = frame_of(40)
    encoder = RawTableEncoder().fit(frame)
    later = encoder.transform(frame.head(2).assign(note=None, title=[3, np.nan]))
    assert later.texts.to_array().tolist() == [["", "3"], ["", ""]]
    assert encoder.transform(frame.iloc[:0]).shape == (0, 4)
    numbers = encoder.transform(np.zeros((2, 4)))
    assert numbers.texts.to_array().tolist() == [["0", "0"]] * 2


def test_a_table_of_text_only_has_no_numbers() -> None:
    table = RawTableEncoder().fit_transform(pd.DataFrame({"note": SENTENCES[:30]}))
    assert table.numbers.shape == (30, 0)
    assert table.shape == (30, 1)


def test_texts_can_be_declared_categorical() -> None:
    frame = frame_of(40)
    encoder = RawTableEncoder(categorical_features=["note"]).fit(
        frame.astype({"title": "category"})
    )
    assert {encoder.kinds_["note"], encoder.kinds_["title"]} == {Kind.CATEGORICAL}
