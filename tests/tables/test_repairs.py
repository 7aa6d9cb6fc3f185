from __future__ import annotations

from autoskl.tables.repairs import Repair, describe_repairs, list_names


def test_each_kind_of_repair_has_one_message_with_all_its_columns() -> None:
    repairs = [(Repair.EMPTY, "a"), (Repair.INFINITE, "b"), (Repair.EMPTY, "c")]
    assert describe_repairs(repairs) == [
        "values that are infinite or beyond 3.4e38 were treated as missing in 'b'",
        "columns without any usable value were dropped: 'a', 'c'",
    ]


def test_without_repairs_there_are_no_messages() -> None:
    assert describe_repairs([]) == []


def test_long_lists_are_truncated() -> None:
    assert list_names([f"c{k}" for k in range(17)]) == "'c0', 'c1', 'c2', 'c3', 'c4' and 12 more"
