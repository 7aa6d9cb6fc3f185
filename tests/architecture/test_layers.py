from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, ROOT

LINT_IMPORTS = "from importlinter.cli import lint_imports; exit(lint_imports(no_cache=True))"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the package that lies in ``folder``."""
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with a copy of the package and of its contracts."""
    shutil.copytree(PACKAGE, tmp_path / "autoskl", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_only_go_down() -> None:
    finished = lint_imports(ROOT)
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("file", "planted", "contract"),
    [
        ("core/task.py", "import autoskl.space.space", "Layers"),
        ("history/history.py", "import autoskl.optimizers.optimizer", "Layers"),
        ("tables/columns.py", "import ConfigSpace", "Only space imports ConfigSpace"),
    ],
)
def test_a_planted_import_is_found(copy: Path, file: str, planted: str, contract: str) -> None:
    target = copy / "autoskl" / file
    target.write_text(f"{target.read_text(encoding='utf-8')}\n{planted}\n", encoding="utf-8")
    finished = lint_imports(copy)
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert any(
        line.startswith(contract) and "BROKEN" in line for line in finished.stdout.splitlines()
    ), finished.stdout


def test_every_other_package_must_not_import_configspace() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    sources = next(c["source_modules"] for c in contracts if c["type"] == "forbidden")
    packages = {f"autoskl.{path.parent.name}" for path in PACKAGE.glob("*/__init__.py")}
    assert {*sources, "autoskl.space"} == packages


def test_a_package_without_a_layer_is_found(copy: Path) -> None:
    (copy / "autoskl" / "utils").mkdir()
    (copy / "autoskl" / "utils" / "__init__.py").touch()
    finished = lint_imports(copy)
    assert finished.returncode == 1
    assert "utils" in finished.stdout + finished.stderr
