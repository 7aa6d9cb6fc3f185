"""Tables that are read in place instead of copied."""

from __future__ import annotations

import numpy as np
import pytest

from autoskl import AutoClassifier
from autoskl.core import mapped_pages
from autoskl.evaluation import table_size


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_rows_of_the_user_stay_where_they_are(
    n_jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_size, "LARGE_ROWS", 100)
    monkeypatch.setattr(mapped_pages, "MIN_BYTES", 1 << 12)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 5)).astype(np.float32)  # needs no conversion
    y = (X[:, 0] + rng.normal(size=2000) > 0).astype(int)
    before, labels = X.copy(), y.copy()
    model = AutoClassifier(n_trials=3, time_limit=None, n_jobs=n_jobs, random_state=0).fit(X, y)
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(y, labels)
    assert model.score(X, y) > 0.7
