"""What ``import autoskl`` may not load; the seconds are in ``benchmarks/import_time.py``."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.architecture.sources import ROOT

HEAVY = (
    "ConfigSpace",
    "catboost",
    "lightgbm",
    "matplotlib",
    "multiprocessing.pool",
    "scipy.stats",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.neighbors",
    "sklearn.preprocessing",
    "sqlalchemy",
    "torch",
    "xgboost",
)

NEWLY_LOADED = """
import json, sys
import sklearn.base, pandas
before = set(sys.modules)
{statement}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def heavy_modules_loaded_by(statement: str) -> list[str]:
    """Return the heavy modules that a statement loads beyond scikit-learn's base and pandas."""
    finished = subprocess.run(
        [sys.executable, "-c", NEWLY_LOADED.format(statement=statement)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in json.loads(finished.stdout) if name in HEAVY]


def test_importing_the_estimators_is_light() -> None:
    assert heavy_modules_loaded_by("from autoskl import AutoClassifier, AutoRegressor") == []


def test_the_command_line_is_light() -> None:
    assert heavy_modules_loaded_by("import autoskl.cli") == []


def test_a_heavy_module_would_be_seen() -> None:
    assert "lightgbm" in heavy_modules_loaded_by("import lightgbm")
