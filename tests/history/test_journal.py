from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.history.journal import Journal, read_journal

ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"kind": st.text(max_size=5), "loss": st.floats(allow_nan=False), "folds": st.just([1, 2])}
    ),
    min_size=1,
    max_size=6,
)


def write(path: Path, entries: list[dict]) -> list[int]:
    """Write entries and return where each of them ends."""
    journal, ends = Journal(path), []
    for entry in entries:
        journal.append(entry)
        ends.append(path.stat().st_size)
    journal.close()
    return ends


@given(ENTRIES, st.data())
def test_cut_at_any_byte_the_whole_lines_before_it_remain(entries, data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "journal")
        ends = write(path, entries)
        cut = data.draw(st.integers(0, ends[-1]))
        path.write_bytes(path.read_bytes()[:cut])
        whole = entries[: sum(end <= cut for end in ends)]
        assert read_journal(path) == whole
        # The next session begins on a line of its own.
        journal = Journal(path)
        assert journal.entries == whole
        journal.append({"kind": "more"})
        journal.close()
        assert read_journal(path) == [*whole, {"kind": "more"}]


@given(ENTRIES, st.data())
def test_a_damaged_byte_ends_the_journal_there(entries, data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "journal")
        ends = write(path, entries)
        content = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        assert read_journal(path) == entries[: sum(end <= place for end in ends)]


def test_reading_changes_nothing_and_needs_no_file(tmp_path):
    path = tmp_path / "journal"
    assert read_journal(path) == []
    write(path, [{"kind": "a"}])
    torn = path.read_bytes() + b"0000"
    path.write_bytes(torn)
    assert read_journal(path) == [{"kind": "a"}]
    assert path.read_bytes() == torn


def test_a_full_disk_is_told(tmp_path):
    journal = Journal(tmp_path / "journal")
    journal.close()
    with pytest.raises(OSError, match="descriptor"):
        journal.append({"kind": "late"})


def test_a_cleared_journal_starts_over(tmp_path):
    write(tmp_path / "journal", [{"kind": "a"}, {"kind": "b"}])
    journal = Journal(tmp_path / "journal")
    journal.clear()
    assert journal.entries == []
    journal.append({"kind": "c"})
    journal.close()
    assert read_journal(tmp_path / "journal") == [{"kind": "c"}]
