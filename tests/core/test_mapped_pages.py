from __future__ import annotations

import mmap
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.core import mapped_pages
from autoskl.core.mapped_pages import (
    copy_rows,
    is_large_mapping,
    release_pages,
    released_blocks,
    rows_per_block,
)

ROWS = 100_000
VALUES = np.arange(3.0 * ROWS).reshape(ROWS, 3)


def from_file(path: Path) -> Any:
    """Return the values as a read-only array that is mapped from a file."""
    VALUES.tofile(path)
    with open(path, "rb") as file:
        mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return np.frombuffer(memoryview(mapping), dtype=VALUES.dtype).reshape(VALUES.shape)


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return from_file(tmp_path_factory.mktemp("pages") / "table")


@pytest.fixture(autouse=True)
def _small_files_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapped_pages, "MIN_BYTES", 1 << 12)
    monkeypatch.setattr(mapped_pages, "BLOCK_BYTES", 1 << 15)


def resident_bytes(name: str) -> int:
    """Return the bytes of a mapped file that are in the memory of this process."""
    lines = Path("/proc/self/smaps").read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.endswith(name))
    return 1024 * int(next(line for line in lines[start:] if line.startswith("Rss:")).split()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_released_pages_leave_the_process_and_keep_their_values(tmp_path: Path) -> None:
    array = from_file(tmp_path / "released-pages")
    np.testing.assert_array_equal(array, VALUES)
    assert resident_bytes("released-pages") >= VALUES.nbytes
    release_pages(array[7:9])
    assert resident_bytes("released-pages") == 0
    np.testing.assert_array_equal(array, VALUES)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_few_pages_are_in_memory_while_rows_are_copied(tmp_path: Path) -> None:
    array = from_file(tmp_path / "copied-rows")
    peak = 0
    for rows in released_blocks(array):
        assert array[rows].sum() > 0
        peak = max(peak, resident_bytes("copied-rows"))
    assert 0 < peak < VALUES.nbytes  # the system reads neighbouring pages, too
    copy_rows(array, np.arange(0, ROWS, 3))
    assert resident_bytes("copied-rows") == 0


def test_only_large_read_only_mappings_count(mapped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_large_mapping(mapped)
    assert is_large_mapping(mapped[10:20, :1])
    for other in (VALUES, mapped.copy(), VALUES.tolist(), None):
        assert not is_large_mapping(other)
        release_pages(other)  # which does nothing
    monkeypatch.setattr(mapped_pages, "MIN_BYTES", VALUES.nbytes + 1)
    assert not is_large_mapping(mapped)


def test_without_the_system_call_no_mapping_counts(
    mapped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped_pages, "_CAN_RELEASE", False)
    assert not is_large_mapping(mapped)
    release_pages(mapped)
    np.testing.assert_array_equal(copy_rows(mapped, np.arange(5)), VALUES[:5])


def test_blocks_are_all_rows_in_order(mapped: Any) -> None:
    blocks = list(released_blocks(mapped))
    assert len(blocks) > 1
    np.testing.assert_array_equal(np.concatenate([mapped[rows] for rows in blocks]), VALUES)
    assert {rows.stop - rows.start for rows in blocks[:-1]} == {rows_per_block(mapped)}


@given(st.lists(st.integers(0, ROWS - 1), max_size=50), st.booleans())
def test_copied_rows_are_those_taken_by_indexing(
    mapped: Any, rows: list[int], in_order: bool
) -> None:
    taken = np.array(sorted(rows) if in_order else rows, dtype=np.int64)
    copied = copy_rows(mapped, taken)
    np.testing.assert_array_equal(copied, VALUES[taken])
    assert copied.flags.writeable
