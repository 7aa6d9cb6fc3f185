from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autoskl.evaluation.fitted_model import FittedModel, make_output_map
from autoskl.evaluation.model_store import BytesModel, FileModel, store_model

MODEL = FittedModel("a pipeline", make_output_map(np.array([0, 1]), None, 2))


def test_a_model_is_stored_in_the_folder(tmp_path: Path) -> None:
    stored = store_model(MODEL, str(tmp_path), "0-1.pickle")
    assert isinstance(stored, FileModel)
    assert [path.name for path in tmp_path.iterdir()] == ["0-1.pickle"]
    assert stored.load().pipeline == "a pipeline"


def test_a_model_stays_in_memory_without_a_folder(tmp_path: Path) -> None:
    for folder in (None, str(tmp_path / "gone")):
        stored = store_model(MODEL, folder, "0-1.pickle")
        assert isinstance(stored, BytesModel)
        assert stored.load().pipeline == "a pipeline"


def test_a_model_stays_in_memory_if_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_half(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    stored = store_model(MODEL, str(tmp_path), "0-1.pickle")
    assert isinstance(stored, BytesModel)
    assert list(tmp_path.iterdir()) == []
    assert stored.load().pipeline == "a pipeline"
