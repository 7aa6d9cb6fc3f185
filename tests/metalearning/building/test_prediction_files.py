from __future__ import annotations

import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from autoskl.metalearning.building.prediction_files import Half, PredictionFiles

PLACE = ("task", "H", 0)
N_WRITERS, N_EACH = 4, 60


def of(value: int, n: int = 7) -> Half:
    return np.full((n, 1), value, np.float16)


def test_predictions_are_found_by_their_offset(tmp_path: Path) -> None:
    files = PredictionFiles(tmp_path)
    offsets = [files.append(*PLACE, of(value)) for value in range(3)]
    assert offsets == [0, 7, 14]
    for value, offset in enumerate(offsets):
        np.testing.assert_array_equal(files.read(*PLACE, offset, (7, 1)), of(value))
    assert files.read(*PLACE, 15, (7, 1)) is None


@pytest.mark.parametrize("n_bytes", [1, 4, 5])
def test_an_interrupted_write_does_not_shift_later_ones(tmp_path: Path, n_bytes: int) -> None:
    files = PredictionFiles(tmp_path)
    first = files.append(*PLACE, of(1))
    with (tmp_path / "H0" / "task.f16").open("ab") as file:
        file.write(b"\xff" * n_bytes)
    second = files.append(*PLACE, of(2))
    np.testing.assert_array_equal(files.read(*PLACE, first, (7, 1)), of(1))
    np.testing.assert_array_equal(files.read(*PLACE, second, (7, 1)), of(2))


def write_many(folder: Path, writer: int) -> list[int]:
    files = PredictionFiles(folder)
    for _ in range(20):
        files.write_target(*PLACE, np.arange(50.0))
    # Of more than one buffer each, so that they would mix.
    return [files.append(*PLACE, of(writer, 9_000)) for _ in range(N_EACH)]


def test_concurrent_writes_are_serialised(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(N_WRITERS) as pool:
        offsets = pool.starmap(write_many, [(tmp_path, writer) for writer in range(N_WRITERS)])
    files = PredictionFiles(tmp_path)
    for writer, written in enumerate(offsets):
        for offset in written:
            np.testing.assert_array_equal(files.read(*PLACE, offset, (9_000, 1)), of(writer, 9_000))
    np.testing.assert_array_equal(files.read_target(*PLACE), np.arange(50.0))
    assert sorted(path.name for path in (tmp_path / "H0").iterdir()) == ["task.f16", "task.y.npy"]
