from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning.experience import Experience, RecalledConfigurations
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store
from autoskl.metalearning.store.table_key import table_key
from autoskl.tables.text_table import MixedTable, TextTable, pack
from tests.metalearning.run_factories import METRIC, dataset, history, leaves, space

GOOD, FAIR, BAD = leaves(8), leaves(30), leaves(100)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "own.sqlite") as store:
        yield store


def remember(store: Store, losses: dict[Configuration, list[float]], **change: Any) -> None:
    Experience(store, replace(dataset(), **change), METRIC).remember(history(losses))


def test_the_best_of_the_same_table_come_first(store: Store) -> None:
    remember(store, {BAD: [0.9, 0.8], GOOD: [0.1, 0.2], FAIR: [0.4, 0.3]})
    recalled = Experience(store, dataset(), METRIC).recall(space())
    assert recalled.same == (GOOD, FAIR, BAD)
    assert recalled.similar == ()


def test_one_lucky_fold_does_not_come_first(store: Store) -> None:
    remember(store, {BAD: [0.01], GOOD: [0.2, 0.2, 0.2]})
    recalled = Experience(store, dataset(), METRIC).recall(space())
    assert recalled.same == (GOOD, BAD)


def test_the_order_of_the_rows_does_not_hide_a_table(store: Store) -> None:
    remember(store, {GOOD: [0.1]})
    order = np.random.default_rng(1).permutation(80)
    shuffled = replace(dataset(), X=dataset().X[order], y=dataset().y[order])
    assert Experience(store, shuffled, METRIC).recall(space()).same == (GOOD,)


def test_another_table_of_the_same_size_is_similar(store: Store) -> None:
    remember(store, {GOOD: [0.1], FAIR: [0.2]})
    recalled = Experience(store, dataset(seed=5), METRIC).recall(space())
    assert recalled.same == ()
    assert recalled.similar == (GOOD, FAIR)


def test_a_table_of_another_size_is_not_similar(store: Store) -> None:
    remember(store, {GOOD: [0.1]})
    large = dataset(seed=5, n_rows=5_000)
    assert Experience(store, large, METRIC).recall(space()) == RecalledConfigurations()


def test_failures_and_other_metrics_recall_nothing(store: Store) -> None:
    remember(store, {BAD: [float("inf")]})
    assert Experience(store, dataset(), METRIC).recall(space()) == RecalledConfigurations()
    remember(store, {GOOD: [0.1]})
    assert Experience(store, dataset(), "roc_auc").recall(space()) == RecalledConfigurations()


def test_a_fit_with_another_metric_is_not_lost(store: Store) -> None:
    Experience(store, dataset(), METRIC, 1).remember(history({GOOD: [0.1], BAD: [0.5]}))
    Experience(store, dataset(), "roc_auc", 2).remember(history({GOOD: [0.4], BAD: [0.3]}))
    assert Experience(store, dataset(), METRIC, 1).recall(space()).same == (GOOD, BAD)
    assert Experience(store, dataset(), "roc_auc", 2).recall(space()).same == (BAD, GOOD)


def test_losses_of_another_validation_come_later(store: Store) -> None:
    Experience(store, dataset(), METRIC, 1).remember(history({BAD: [0.1], FAIR: [0.01]}))
    Experience(store, dataset(), METRIC, 2).remember(history({GOOD: [0.8], BAD: [0.9]}))
    assert Experience(store, dataset(), METRIC, 2).recall(space()).same == (GOOD, BAD, FAIR)


def test_results_of_earlier_versions_are_recalled(store: Store) -> None:
    remember(store, {GOOD: [0.1], FAIR: [0.2]})
    assert {row["repeat"] for row in store.rows(schema.RESULTS)} == {0}
    assert Experience(store, dataset(), METRIC, 7).recall(space()).same == (GOOD, FAIR)


def test_a_later_success_replaces_a_failure(store: Store) -> None:
    remember(store, {GOOD: [float("inf"), 0.1]})
    remember(store, {GOOD: [0.2, 0.9]})
    found = {row["fold"]: row["losses"]["validation"] for row in store.rows(schema.RESULTS)}
    assert found == {0: {METRIC: 0.2}, 1: {METRIC: 0.1}}


def test_no_name_no_value_and_no_reason_is_stored(store: Store, tmp_path: Path) -> None:
    remember(store, {GOOD: [0.1], BAD: [float("inf")]})
    content = (tmp_path / "own.sqlite").read_bytes()
    assert b"secret" not in content
    assert repr(float(dataset().X[0, 0]))[:9].encode() not in content
    features = {row["name"]: row["value"] for row in store.rows(schema.META_FEATURES)}
    assert features["log_rows"] == pytest.approx(np.log2(80), abs=0.01)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_key_is_exactly_independent_of_the_row_order(kind: type) -> None:
    rng = np.random.default_rng(0)
    numbers = np.exp(20 * rng.normal(size=(3_000, 3))).astype(kind)  # of very different sizes
    numbers[::7] = np.nan
    numbers[:, 0] = 1
    numbers[0, 0] = 2**24  # to which single precision adds no 1
    packed = pack([f"text {i % 100}" for i in range(3_000)])
    y = rng.normal(size=3_000)
    plain = replace(dataset(), X=numbers, y=y, task=Task.REGRESSION, n_classes=1)
    mixed = replace(plain, X=MixedTable(numbers, TextTable((packed,), np.arange(3_000))))
    for table, order in product((plain, mixed), (rng.permutation(3_000), np.arange(3_000)[::-1])):
        shuffled = replace(table, X=table.X[order], y=y[order])
        assert table_key(shuffled, "salt") == table_key(table, "salt")
    assert table_key(plain, "salt") != table_key(mixed, "salt")


def test_equal_numbers_have_the_same_key_in_every_container() -> None:
    X = np.random.default_rng(0).integers(-2, 3, (80, 3)).astype(np.float32)
    X[0, 0] = np.nan
    known = table_key(replace(dataset(), X=X), "salt")
    assert table_key(replace(dataset(), X=X.astype(np.float64)), "salt") == known
    assert table_key(replace(dataset(), X=sparse.csr_array(X)), "salt") == known
    assert table_key(replace(dataset(), X=np.where(X == 0, -0.0, X)), "salt") == known


def test_the_key_depends_on_numbers_texts_targets_and_their_pairing() -> None:
    known, texts = dataset(), [f"text {i}" for i in range(80)]
    table = replace(known, X=MixedTable(known.X, TextTable((pack(texts),), np.arange(80))))
    changed = known.X.copy()
    changed[3, 1] += 1e-9
    other = [*texts[:-1], "text 79."]
    others = [
        replace(table, X=MixedTable(changed, table.X.texts)),
        replace(table, X=MixedTable(known.X, TextTable((pack(other),), np.arange(80)))),
        replace(table, X=MixedTable(known.X, TextTable((pack(texts),), np.arange(80)[::-1]))),
        replace(table, y=1 - known.y),
        replace(table, y=known.y[::-1]),
    ]
    keys = {table_key(each, "salt") for each in (table, *others)}
    assert len(keys) == 1 + len(others)


def test_the_table_is_not_copied_for_its_key() -> None:
    X = np.ones((400_000, 8), np.float32)
    table = replace(dataset(), X=X, y=np.zeros(len(X)))
    tracemalloc.start()
    table_key(table, "salt")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.nbytes / 3


def test_few_queries_are_sent_to_a_large_store(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(store, {leaves(n): [float(n)] for n in range(2, 42)})
    asked: list[str] = []
    rows = Store.rows

    def counted(self: Store, table: Any, **equal: Any) -> list[dict[str, Any]]:
        asked.append(table.name)
        return rows(self, table, **equal)

    monkeypatch.setattr(Store, "rows", counted)
    recalled = Experience(store, dataset(), METRIC).recall(space())
    assert recalled.same == tuple(leaves(n) for n in range(2, 12))
    assert asked.count("configuration") == 1


def test_keys_of_two_stores_cannot_be_compared() -> None:
    assert table_key(dataset(), "one") != table_key(dataset(), "two")
    assert table_key(dataset(), "one") == table_key(dataset(), "one")


@pytest.mark.parametrize(
    "change",
    [
        {"values": {"model": "lightgbm", "lightgbm:num_leaves": 10**9}},
        {"values": {"model": "__import__('os')"}},
        {"values": ["lightgbm"]},
        {"revisions": {"lightgbm": 99}},
        {"revisions": "lightgbm"},
    ],
)
def test_invalid_rows_are_skipped(store: Store, change: dict[str, Any]) -> None:
    remember(store, {GOOD: [0.1], FAIR: [0.2]})
    (row,) = store.rows(schema.CONFIGURATIONS, key=GOOD.digest[:16])
    store.replace(schema.CONFIGURATIONS, [{**row, **change}])
    assert Experience(store, dataset(), METRIC).recall(space()).same == (FAIR,)


@pytest.mark.parametrize("losses", [[], {"validation": 3}, {"validation": {METRIC: "0"}}])
def test_invalid_losses_are_skipped(store: Store, losses: Any) -> None:
    remember(store, {GOOD: [0.1], FAIR: [0.2]})
    (row,) = store.rows(schema.RESULTS, configuration=GOOD.digest[:16])
    store.replace(schema.RESULTS, [{**row, "losses": losses}])
    assert Experience(store, dataset(), METRIC).recall(space()).same == (FAIR,)


def test_recalled_configurations_follow_the_first_member() -> None:
    portfolio = [leaves(n) for n in (2, 3, 4, 5, 6)]
    led = RecalledConfigurations(same=(GOOD,), similar=(FAIR, leaves(3))).prepend_to(portfolio)
    assert led == [leaves(2), GOOD, leaves(3), FAIR, leaves(4), leaves(5), leaves(6)]
    assert RecalledConfigurations().prepend_to(portfolio) == portfolio
    assert RecalledConfigurations(similar=(GOOD,)).prepend_to([]) == [GOOD]
