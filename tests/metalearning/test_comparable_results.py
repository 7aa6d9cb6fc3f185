from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autoskl.evaluation.splitting import split_rows
from autoskl.metalearning.comparable_results import UNKNOWN_GROUP, best_first, comparable_group
from autoskl.tables.dataset import Dataset
from tests.metalearning.run_factories import METRIC, dataset


def group(table: Dataset, cv: int = 4, seed: int = 0, metric: str = METRIC, kind: str = "") -> int:
    folds = split_rows(table, cv, seed=seed, time_limit=None)
    return comparable_group(metric, table, folds, kind)


def test_repeated_fits_of_a_table_share_a_group() -> None:
    known = group(dataset())
    order = np.random.default_rng(1).permutation(80)
    shuffled = replace(dataset(), X=dataset().X[order], y=dataset().y[order])
    assert group(dataset(), seed=5) == known
    assert group(shuffled) == known
    assert UNKNOWN_GROUP < known < 2**31


def test_another_metric_or_validation_is_another_group() -> None:
    groups, weights = np.repeat(np.arange(20), 4), np.ones(80)
    found = [
        group(dataset()),
        group(dataset(), metric="roc_auc"),
        group(dataset(), cv=5),
        group(dataset(), kind="GroupKFold"),
        group(replace(dataset(), groups=groups)),
        group(replace(dataset(), score_weight=weights)),
    ]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(("own", "expected"), [(1, ["b", "a", "c"]), (2, ["c", "a", "b"])])
def test_losses_are_compared_within_groups_only(own: int, expected: list[str]) -> None:
    losses = {(1, "a"): [0.3, 0.3], (1, "b"): [0.2, 0.2], (2, "c"): [0.8], (2, "a"): [0.9]}
    assert best_first(losses, own) == expected


def test_the_group_with_the_most_results_is_next() -> None:
    losses = {(1, "a"): [0.1], (2, "b"): [0.5, 0.5], (3, "c"): [0.9]}
    assert best_first(losses, 3) == ["c", "b", "a"]


def test_configurations_with_few_folds_come_after_those_of_all_groups() -> None:
    losses = {(1, "lucky"): [0.0], (1, "a"): [0.2, 0.2, 0.2], (2, "b"): [0.7]}
    assert best_first(losses, 1) == ["a", "b", "lucky"]
    assert best_first({}, 1) == []
