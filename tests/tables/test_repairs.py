from __future__ import annotations

from autoskl.tables.repairs import Repair, describe, list_names


def test_one_sentence_for_each_kind_names_all_its_columns() -> None:
    repairs = [(Repair.EMPTY, "a"), (Repair.INFINITE, "b"), (Repair.EMPTY, "c")]
    assert describe(repairs) == [
        "values that are infinite or beyond 3.4e38 were treated as missing in 'b'",
        "columns without any value were dropped: 'a', 'c'",
    ]


def test_nothing_repaired_says_nothing() -> None:
    assert describe([]) == []


def test_long_lists_are_cut() -> None:
    assert list_names([f"c{k}" for k in range(17)]) == "'c0', 'c1', 'c2', 'c3', 'c4' and 12 more"
