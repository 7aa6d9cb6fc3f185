from __future__ import annotations

from pathlib import Path

from autoskl.metalearning.experience import Experience
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.merging import merge
from autoskl.metalearning.store.store import Store
from tests.metalearning.run_factories import METRIC, dataset, history, leaves


def filled(path: Path, n_leaves: int, seed: int) -> Store:
    store = Store(path)
    run = history({leaves(n_leaves): [0.1, 0.2]})
    Experience(store, dataset(seed), METRIC).remember(run)
    return store


def test_the_union_of_two_stores(tmp_path: Path) -> None:
    with filled(tmp_path / "a", 4, 0) as a, filled(tmp_path / "b", 9, 1) as b:
        added = merge(a, b)
        assert added["result"] == 2
        assert added["task"] == added["configuration"] == 1
        assert len(b.rows(schema.RESULTS)) == 4
        assert len(b.rows(schema.TASKS)) == 2
        assert len(a.rows(schema.RESULTS)) == 2


def test_merging_again_adds_nothing(tmp_path: Path) -> None:
    with filled(tmp_path / "a", 4, 0) as a, filled(tmp_path / "b", 9, 1) as b:
        merge(a, b)
        assert sum(merge(a, b).values()) == 0
        assert sum(merge(b, a).values()) > 0
        assert len(a.rows(schema.RESULTS)) == len(b.rows(schema.RESULTS)) == 4


def test_only_recent_results_are_merged(tmp_path: Path) -> None:
    with filled(tmp_path / "a", 4, 0) as a, Store(tmp_path / "b") as b:
        (first, _) = a.rows(schema.RESULTS)
        a.replace(schema.RESULTS, [{**first, "created": 10.0}])
        added = merge(a, b, since=11.0)
        assert added["result"] == 1
        assert b.rows(schema.RESULTS)[0]["fold"] == 1
