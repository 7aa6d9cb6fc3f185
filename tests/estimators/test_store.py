from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sklearn.model_selection import StratifiedKFold

from autoskl import AutoClassifier
from autoskl.core.errors import StoreError
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store
from tests.conftest import Labelled


def fit(data: Labelled, store: object, n_trials: int, **change: Any) -> AutoClassifier:
    X, y = data
    model = AutoClassifier(
        time_limit=None,
        n_trials=n_trials,
        n_jobs=1,
        random_state=0,
        include=["linear", "extra_trees", "k_nearest_neighbors"],
        store=store,
        **change,
    )
    return model.fit(X[["age", "income", "plan"]], y == "stays")


def test_a_fit_starts_with_the_best_configurations_of_earlier_fits(
    customers: Labelled, tmp_path: Path
) -> None:
    path = tmp_path / "own.sqlite"
    first = fit(customers, path, 4)
    with Store(path) as store:
        n_results = len(store.rows(schema.RESULTS))
    assert n_results == sum(1 for _ in first.history_.results)
    second = fit(customers, str(path), 3)
    tried = [record.trial.configuration for record in first.history_.records[1:]]
    again = [record.trial.configuration for record in second.history_.records[1:]]
    scores = {r.trial.configuration: r.loss() for r in first.history_.records}
    # The quick linear model stays first; the best of the first run follow.
    assert again[0] == tried[0]
    others = [configuration for configuration in tried if configuration != tried[0]]
    assert again[1] == min(others, key=scores.__getitem__)
    assert set(again) <= set(tried)


@pytest.mark.parametrize(
    "changes",
    [({}, {"scoring": "roc_auc"}), ({}, {"cv": 3}), ({"cv": 3}, {"cv": StratifiedKFold(3)})],
)
def test_fits_that_cannot_be_compared_store_all_their_results(
    customers: Labelled, tmp_path: Path, changes: tuple[dict[str, Any], ...]
) -> None:
    path = tmp_path / "own.sqlite"
    models = [fit(customers, path, 2, **change) for change in changes]
    with Store(path) as store:
        n_stored = len(store.rows(schema.RESULTS))
    assert n_stored == sum(len(list(model.history_.results)) for model in models)


def test_a_damaged_store_is_rejected(customers: Labelled, tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    path.write_bytes(b"damage" * 999)
    with pytest.raises(StoreError, match=r"own\.sqlite is damaged"):
        fit(customers, path, 1)


def test_a_store_must_be_a_path_or_url(customers: Labelled) -> None:
    with pytest.raises(ValueError, match="'store' parameter"):
        fit(customers, 3, 1)
