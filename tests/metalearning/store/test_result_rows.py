from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autoskl.metalearning.store import schema
from autoskl.metalearning.store.result_rows import add_results
from autoskl.metalearning.store.store import Store

SECONDS = dict.fromkeys(("cpu_seconds", "wall_seconds", "predict_seconds", "peak_bytes"), 1.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.sqlite") as store:
        yield store


def row(status: str, loss: float, **change: Any) -> dict[str, Any]:
    key = {"task": "t", "stage": "U", "repeat": 3, "configuration": "c", "fold": 0}
    place = {"environment": "e", "machine": "m", "offset": None, "iterations": None}
    losses = {"validation": {"m": loss}}
    told = {"status": status, "reason": "", "losses": losses, "created": 0.0}
    return {**key, **place, **SECONDS, **told, **change}


def stored(store: Store) -> list[tuple[str, float]]:
    rows = store.rows(schema.RESULTS)
    return [(r["status"], r["losses"]["validation"]["m"]) for r in rows]


def test_a_success_replaces_a_failure(store: Store) -> None:
    add_results(store, [row("raised", 9.0)])
    add_results(store, [row("ok", 0.5)])
    assert stored(store) == [("ok", 0.5)]


@pytest.mark.parametrize("status", ["ok", "raised"])
def test_a_success_stays(store: Store, status: str) -> None:
    add_results(store, [row("ok", 0.5)])
    add_results(store, [row(status, 9.0)])
    assert stored(store) == [("ok", 0.5)]


def test_another_group_has_its_own_results(store: Store) -> None:
    add_results(store, [row("ok", 0.5)])
    add_results(store, [row("ok", 0.7, repeat=4)])
    assert stored(store) == [("ok", 0.5), ("ok", 0.7)]


def test_a_key_may_be_repeated_in_one_call(store: Store) -> None:
    add_results(store, [row("ok", 0.5), row("raised", 9.0)])
    assert stored(store) == [("ok", 0.5)]
    add_results(store, [])
