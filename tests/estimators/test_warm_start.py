from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import make_classification

from autoskl import AutoClassifier


def tried(warm_start: str | bool, n_trials: int = 3) -> list[str]:
    X, y = make_classification(n_samples=80, random_state=0)
    model = AutoClassifier(
        time_limit=None,
        n_trials=n_trials,
        n_jobs=1,
        random_state=0,
        include=["linear", "k_nearest_neighbors", "extra_trees"],
        warm_start=warm_start,
    ).fit(X, y)
    assert np.isfinite(model.best_score_)
    trials = [record.trial for record in model.history_.records]
    return [t.configuration.digest for t in trials if t.origin != "constant"]


@pytest.mark.parametrize("warm_start", ["similar", "landmarks"])
def test_every_warm_start_begins_with_a_linear_model_and_is_reproducible(warm_start: str) -> None:
    first, again = tried(warm_start), tried(warm_start)
    assert first == again
    assert first[0] == tried("portfolio", 1)[0]


def test_a_cold_start_uses_no_portfolio() -> None:
    cold, warm = tried(False), tried("portfolio")
    assert len(cold) == 3
    assert len(set(cold) & set(warm)) <= 2


def test_other_values_are_rejected() -> None:
    with pytest.raises(ValueError, match="warm_start"):
        tried("nearest")
