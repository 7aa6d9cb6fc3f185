from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Labelled

ROOT = Path(__file__).parents[1]


def run_quickstart(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run what ``make demo`` runs."""
    return run_example("01_quickstart.py", *arguments)


def run_example(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an example from the root of the repository."""
    return subprocess.run(
        [sys.executable, f"examples/{name}", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_the_quickstart_takes_any_csv(
    task: str, customers: Labelled, flats: Labelled, tmp_path: Path
) -> None:
    X, y = customers if task == "classification" else flats
    X.assign(**{str(y.name): y}).to_csv(tmp_path / "table.csv", index=False)
    finished = run_quickstart(
        "--data", str(tmp_path / "table.csv"), "--target", str(y.name), "--time-limit", "2"
    )
    assert finished.returncode == 0, finished.stderr
    assert f"{task}, " in finished.stdout
    assert finished.stdout.splitlines()[-2].startswith("  autoskl ")
    assert finished.stdout.splitlines()[-1].startswith("  HistGradientBoosting ")


def test_the_quickstart_names_the_columns_when_the_target_is_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    finished = run_quickstart("--data", str(tmp_path / "table.csv"), "--target", "c")
    assert finished.returncode == 2
    assert "must be one of ['a', 'b']" in finished.stderr


def test_an_own_component_is_searched_by_workers_too() -> None:
    finished = run_example("02_own_component.py")
    assert finished.returncode == 0, finished.stderr
    assert " theil_sen " in finished.stdout
    assert "NaN" not in finished.stdout


def test_an_own_space_is_searched() -> None:
    finished = run_example("03_own_space.py")
    assert finished.returncode == 0, finished.stderr
    assert {line.split()[1] for line in finished.stdout.splitlines()[2:]} <= {
        "lightgbm",
        "linear",
        "constant",
    }
