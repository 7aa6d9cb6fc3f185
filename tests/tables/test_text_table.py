from __future__ import annotations

import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autoskl.tables.text_table import MixedTable, TextTable, pack
from tests.tables.strategies import LAW

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=12)


def table_of(texts: list[str]) -> MixedTable:
    numbers = np.arange(2.0 * len(texts)).reshape(-1, 2)
    return MixedTable(numbers, TextTable((pack(texts),), np.arange(len(texts))))


@LAW
@given(TEXTS)
def test_packed_texts_are_restored(texts: list[str]) -> None:
    assert table_of(texts).texts.to_array()[:, 0].tolist() == texts


@LAW
@given(TEXTS, st.data())
def test_rows_are_indexed_like_an_array(texts: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1)))
    again = data.draw(st.lists(st.integers(0, max(len(rows) - 1, 0)), max_size=len(rows)))
    part = table_of(texts)[np.array(rows, dtype=np.intp)][np.array(again, dtype=np.intp)]
    expected = [rows[place] for place in again]
    assert part.texts.to_array()[:, 0].tolist() == [texts[row] for row in expected]
    assert part.numbers[:, 0].tolist() == [2.0 * row for row in expected]
    assert part.shape == (len(expected), 3)
    assert len(part) == len(expected)


def test_rows_are_indexed_by_slices_and_masks() -> None:
    table = table_of(["a", "b", "c"])
    assert table[1:].texts.to_array()[:, 0].tolist() == ["b", "c"]
    assert table[np.array([True, False, True])].texts.to_array()[:, 0].tolist() == ["a", "c"]


def test_lone_surrogates_become_question_marks() -> None:
    assert table_of(["a\ud800"]).texts.to_array()[0, 0] == "a?"


def test_n_bytes_counts_the_selected_rows() -> None:
    assert table_of(["é", "ab", ""]).texts.n_bytes == 4
    assert table_of(["é", "ab", ""])[1:].texts.n_bytes == 2


def test_selections_share_the_texts_and_pickles_share_the_arrays() -> None:
    table = table_of(["some text"] * 100)
    part = table[::2]
    assert part.texts.columns[0] is table.texts.columns[0]
    buffers: list[pickle.PickleBuffer] = []
    pickle.dumps(table, protocol=5, buffer_callback=buffers.append)
    assert sum(buffer.raw().nbytes for buffer in buffers) >= 900
