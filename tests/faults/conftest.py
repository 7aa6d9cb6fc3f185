"""A third-party package of faulty families, and folders in which no file may remain."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autoskl.components import registry
from autoskl.core.configuration import Configuration
from autoskl.execution import private_folder
from autoskl.search import starting_portfolio, workforce
from autoskl.space import Space
from tests.faults import components

ENTRY_POINT = "{name} = tests.faults.components:{name}\n"


@pytest.fixture(scope="package", autouse=True)
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install the package like pip: its entry points are found here and in every worker."""
    folder = tmp_path_factory.mktemp("site")
    metadata = folder / "careless-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: careless\nVersion: 1.0\n")
    points = "".join(ENTRY_POINT.format(name=name) for name in components.FAMILIES)
    (metadata / "entry_points.txt").write_text(f"[{registry.GROUP}]\n{points}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path, str(folder)])
        registry._catalogue.cache_clear()
        yield
    registry._catalogue.cache_clear()


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return where files may be written during the test: a temporary folder and shared memory."""
    temporary, shared = tmp_path / "temporary", tmp_path / "shared"
    temporary.mkdir()
    shared.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(private_folder, "_SHARED_MEMORY", shared)
    # Workers that live for a second need not import every library.
    monkeypatch.setattr(workforce, "PRELOAD", ())
    monkeypatch.setattr(starting_portfolio, "starting_members", _one_linear_model)
    return [temporary, shared]


def _one_linear_model(space: Space, *_: Any) -> list[Configuration]:
    """Return a short portfolio, after which the faulty family is tried."""
    return [space.complete({"model": "linear"})]
