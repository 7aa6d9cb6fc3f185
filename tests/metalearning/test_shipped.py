from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autoskl.core.errors import StoreError
from autoskl.core.task import Task
from autoskl.metalearning import shipped
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.shipped import (
    VARIABLE,
    Metadata,
    Portfolio,
    metadata_file,
    metadata_folder,
    read_metadata,
    shipped_metadata,
    write_metadata,
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(metadata_folder(), tmp_path / "metadata"))


def test_every_portfolio_starts_with_a_linear_model() -> None:
    metadata = shipped_metadata()
    for task in Task:
        for rows in (10, 1_000, 10**6):
            order = metadata.order(task, rows)
            assert len(order) >= 12
            assert order[0].family == "linear"
            assert all(task in candidate.tasks for candidate in order)


def test_the_shipped_files_are_small() -> None:
    size = sum(path.stat().st_size for path in metadata_folder().iterdir())
    assert size < 1_000_000


def test_written_files_round_trip(tmp_path: Path) -> None:
    metadata = shipped_metadata()
    write_metadata(tmp_path, metadata, {})
    assert read_metadata(tmp_path) == metadata


def test_the_environment_variable_names_another_folder(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portfolios = json.loads((copy / "portfolios.json").read_text())
    portfolios["binary"] = [{"rows": 100, "order": portfolios["binary"][0]["order"][:3]}]
    (copy / "portfolios.json").write_text(json.dumps(portfolios))
    monkeypatch.setenv(VARIABLE, str(copy))
    assert len(shipped_metadata().order(Task.BINARY, 10**6)) == 3


def test_a_missing_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "nowhere")
    with pytest.raises(StoreError, match=rf"{VARIABLE} does not name a folder: nowhere"):
        shipped_metadata()


@pytest.mark.parametrize("name", ["manifest.json", "portfolios.json", "configurations.jsonl"])
@pytest.mark.parametrize("content", [None, "{", "[]", '{"binary": [{"rows": 1}], "format": "x"}'])
def test_damage_is_never_a_silent_cold_start(copy: Path, name: str, content: str | None) -> None:
    (copy / name).unlink()
    if content is not None:
        (copy / name).write_text(content)
    with pytest.raises(StoreError, match=r"The metadata in .* cannot be read"):
        read_metadata(copy)


def test_newer_metadata_are_rejected(copy: Path) -> None:
    (copy / "manifest.json").write_text('{"format": 99}')
    with pytest.raises(StoreError, match="have format 99; this autoskl reads up to format 1"):
        read_metadata(copy)


def test_a_portfolio_of_unknown_configurations_is_rejected(copy: Path) -> None:
    (copy / "portfolios.json").write_text('{"binary": [{"rows": 100, "order": ["nothing"]}]}')
    with pytest.raises(StoreError, match="an unknown configuration: nothing"):
        read_metadata(copy)


def test_a_missing_metadata_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv.*is missing from"):
        metadata_file("nothing.csv")


def test_an_installation_without_metadata(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path / "autoskl")
    with pytest.raises(FileNotFoundError, match="Install it again"):
        metadata_folder()


def test_newcomers_have_fixed_positions() -> None:
    learned = [
        PortableConfiguration((Task.BINARY,), {"model": "linear", "linear:C": c})
        for c in range(1, 8)
    ]
    new = [
        PortableConfiguration((Task.BINARY,), {"model": "real_mlp"}, "newcomer"),
        PortableConfiguration((Task.REGRESSION,), {"model": "real_mlp"}, "newcomer"),
        PortableConfiguration((Task.BINARY,), {"model": "tabm"}, "newcomer"),
    ]
    portfolio = Portfolio(100, tuple(c.key for c in learned))
    metadata = Metadata(
        {c.key: c for c in learned}, {Task.BINARY: (portfolio,)}, newcomers=tuple(new)
    )
    families = [c.family for c in metadata.order(Task.BINARY, 100)]
    assert families == ["linear"] * 5 + ["real_mlp"] + ["linear"] * 2
