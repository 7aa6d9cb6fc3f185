from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from autoskl.metalearning.building.racing import MIN_TASKS, lost_candidates, read_losses
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store

Losses = dict[str, dict[str, float]]


def made(n_tasks: int = MIN_TASKS) -> Losses:
    """Two good candidates, a specialist for a few tasks, one that is worse, one that fails."""
    rng = np.random.default_rng(0)
    found: Losses = {}
    for i in range(n_tasks):
        special = 0.1 if i % 10 == 0 else 0.9
        usual = dict(zip("ab", 0.3 + 0.1 * rng.random(2), strict=True))
        found[f"t{i}"] = {**usual, "special": special, "worse": 0.6, "failing": math.inf}
    return found


def test_a_candidate_that_is_always_worse_has_lost() -> None:
    assert lost_candidates(made()) == {"worse", "failing"}


def test_no_candidate_loses_on_few_tasks() -> None:
    assert lost_candidates(made(MIN_TASKS - 1)) == set()


def test_a_candidate_without_rivals_stays() -> None:
    assert lost_candidates({f"t{i}": {"a": 0.1, "b": 0.2} for i in range(60)}) == set()


def test_losses_are_read_by_task(tmp_path: Path) -> None:
    row = {
        "task": "t", "stage": "H", "repeat": 0, "configuration": "a", "fold": 0,
        "environment": "e", "machine": "m", "status": "ok", "reason": "",
        "losses": {"validation": {"neg_log_loss": 0.25, "roc_auc": 0.1}, "test": {}},
        "cpu_seconds": 1.0, "wall_seconds": 1.0, "predict_seconds": 0.1, "peak_bytes": 1.0,
        "iterations": None, "offset": None, "created": 1.0,
    }  # fmt: skip
    failed = {**row, "configuration": "b", "status": "timeout", "losses": {}}
    absent = {**row, "configuration": "c", "status": "skipped", "losses": {}}
    with Store(tmp_path / "s.sqlite") as store:
        store.add(schema.RESULTS, [row, failed, absent])
        assert read_losses(store, "H") == {"t": {"a": 0.25, "b": math.inf}}
        assert read_losses(store, "F") == {}
