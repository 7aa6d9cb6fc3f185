from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autoskl.core.configuration import Configuration
from autoskl.metalearning.experience import Experience, Recollection
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.fingerprint import fingerprint
from autoskl.metalearning.store.store import Store
from tests.metalearning.made_runs import METRIC, dataset, history, leaves, space

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


def test_one_lucky_fold_is_not_the_best(store: Store) -> None:
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


def test_a_table_of_another_size_is_not(store: Store) -> None:
    remember(store, {GOOD: [0.1]})
    large = dataset(seed=5, n_rows=5_000)
    assert Experience(store, large, METRIC).recall(space()) == Recollection()


def test_failures_and_other_metrics_recommend_nothing(store: Store) -> None:
    remember(store, {BAD: [float("inf")]})
    assert Experience(store, dataset(), METRIC).recall(space()) == Recollection()
    remember(store, {GOOD: [0.1]})
    assert Experience(store, dataset(), "roc_auc").recall(space()) == Recollection()


def test_no_name_no_value_and_no_reason_is_stored(store: Store, tmp_path: Path) -> None:
    remember(store, {GOOD: [0.1], BAD: [float("inf")]})
    content = (tmp_path / "own.sqlite").read_bytes()
    assert b"secret" not in content
    assert repr(float(dataset().X[0, 0]))[:9].encode() not in content
    features = {row["name"]: row["value"] for row in store.rows(schema.META_FEATURES)}
    assert features["log_rows"] == pytest.approx(np.log2(80), abs=0.01)


def test_keys_of_two_stores_cannot_be_compared() -> None:
    assert fingerprint(dataset(), "one") != fingerprint(dataset(), "two")
    assert fingerprint(dataset(), "one") == fingerprint(dataset(), "one")


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
def test_rows_that_cannot_be_trusted_are_passed_over(store: Store, change: dict[str, Any]) -> None:
    remember(store, {GOOD: [0.1], FAIR: [0.2]})
    (row,) = store.rows(schema.CONFIGURATIONS, key=GOOD.digest[:16])
    store.replace(schema.CONFIGURATIONS, [{**row, **change}])
    assert Experience(store, dataset(), METRIC).recall(space()).same == (FAIR,)


@pytest.mark.parametrize("losses", [[], {"validation": 3}, {"validation": {METRIC: "0"}}])
def test_losses_that_are_no_numbers_are_passed_over(store: Store, losses: Any) -> None:
    remember(store, {GOOD: [0.1], FAIR: [0.2]})
    (row,) = store.rows(schema.RESULTS, configuration=GOOD.digest[:16])
    store.replace(schema.RESULTS, [{**row, "losses": losses}])
    assert Experience(store, dataset(), METRIC).recall(space()).same == (FAIR,)


def test_what_is_remembered_leads_behind_the_first() -> None:
    portfolio = [leaves(n) for n in (2, 3, 4, 5, 6)]
    led = Recollection(same=(GOOD,), similar=(FAIR, leaves(3))).lead(portfolio)
    assert led == [leaves(2), GOOD, leaves(3), FAIR, leaves(4), leaves(5), leaves(6)]
    assert Recollection().lead(portfolio) == portfolio
    assert Recollection(similar=(GOOD,)).lead([]) == [GOOD]
