from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from autoskl.estimators.parameters import resolve_memory
from autoskl.execution import memory
from autoskl.execution.memory import exact_private, format_bytes, resident_private

SIZE = 200 << 20
MEASURES = [resident_private, exact_private]


@pytest.mark.parametrize("measure", MEASURES)
def test_own_arrays_count(measure: memory.Measure) -> None:
    before = measure("self")
    array = np.ones(SIZE, dtype=np.uint8)
    grown = measure(os.getpid()) - before
    assert array[-1] == 1
    assert 0.9 * SIZE < grown < 1.2 * SIZE


@pytest.mark.parametrize("measure", MEASURES)
def test_mapped_files_do_not_count(measure: memory.Measure, tmp_path: Path) -> None:
    np.save(tmp_path / "array.npy", np.ones(SIZE, dtype=np.uint8))
    before = measure("self")
    mapped = np.load(tmp_path / "array.npy", mmap_mode="r")
    assert int(mapped.sum()) == SIZE
    assert measure("self") - before < 0.1 * SIZE


@pytest.mark.parametrize("measure", MEASURES)
def test_a_process_that_has_ended_has_none(measure: memory.Measure) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert measure(process.pid) == 0


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_memory_shared_with_a_parent_is_divided() -> None:
    array = np.ones(SIZE, dtype=np.uint8)
    theirs, ours = os.pipe()
    child = os.fork()
    if not child:
        os.close(ours)
        os.read(theirs, 1)
        os._exit(int(array[0]))
    try:
        both = exact_private(child) + exact_private("self")
        assert resident_private(child) > SIZE
        assert SIZE < both < resident_private("self") + 0.5 * SIZE
    finally:
        os.close(ours)
        os.close(theirs)
        os.waitpid(child, 0)


def test_psutil_is_used_on_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_PROC", Path("/nowhere"))
    usage = psutil.Process().memory_info()
    assert resident_private("self") == pytest.approx(usage.rss - usage.shared, rel=0.1)
    assert exact_private("self") == pytest.approx(usage.rss - usage.shared, rel=0.1)


@pytest.mark.parametrize("text", ["20 MB", "1023 MB", "1.0 GB", "1.5 GB", "4.0 GB", "2048.0 GB"])
def test_sizes_are_formatted_in_the_units_of_memory_limit(text: str) -> None:
    n_bytes = resolve_memory(text)
    assert n_bytes is not None
    assert format_bytes(n_bytes) == text
