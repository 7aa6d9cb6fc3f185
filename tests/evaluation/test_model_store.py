from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autoskl.evaluation.fitted_model import FittedModel, output_map
from autoskl.evaluation.model_store import BytesModel, FileModel, keep_model

MODEL = FittedModel("a pipeline", output_map(np.array([0, 1]), None, 2))


def test_a_model_goes_into_the_folder(tmp_path: Path) -> None:
    kept = keep_model(MODEL, str(tmp_path), "0-1.pickle")
    assert isinstance(kept, FileModel)
    assert [path.name for path in tmp_path.iterdir()] == ["0-1.pickle"]
    assert kept.load().pipeline == "a pipeline"


def test_without_a_folder_it_stays_in_memory(tmp_path: Path) -> None:
    for folder in (None, str(tmp_path / "gone")):
        kept = keep_model(MODEL, folder, "0-1.pickle")
        assert isinstance(kept, BytesModel)
        assert kept.load().pipeline == "a pipeline"


def test_a_full_disk_keeps_it_in_memory_and_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_half(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    kept = keep_model(MODEL, str(tmp_path), "0-1.pickle")
    assert isinstance(kept, BytesModel)
    assert list(tmp_path.iterdir()) == []
    assert kept.load().pipeline == "a pipeline"
