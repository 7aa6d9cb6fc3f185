from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autoskl import AutoClassifier
from autoskl.core.errors import DataWarning
from autoskl.history.run_view import view_run


def test_a_run_is_seen_as_it_was_although_the_metric_is_undefined_on_a_fold(tmp_path: Path) -> None:
    y = np.zeros(120, int)
    y[:4] = 1  # one of five folds has none of them
    X = np.random.default_rng(0).normal(size=(120, 3)) + y[:, np.newaxis]
    model = AutoClassifier(
        include=["linear", "gaussian_naive_bayes"],
        scoring="roc_auc",
        cv=5,
        n_trials=3,
        time_limit=None,
        random_state=0,
        run_directory=tmp_path,
    )
    with pytest.warns(DataWarning, match="roc_auc is undefined on 1 of 5 folds"):
        model.fit(X, y)
    seen = view_run(tmp_path)
    pd.testing.assert_frame_equal(seen.leaderboard(), model.leaderboard_)
    assert np.isfinite(seen.leaderboard()["score"]).all()
    assert sum(fold < 5 for fold in seen.history.unscored) == 1
