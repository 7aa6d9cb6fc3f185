from __future__ import annotations

import pickle

import numpy as np
import pytest

from autoskl.components.learners import early_stopped_network
from autoskl.components.learners.early_stopped_network import NetworkClassifier, NetworkRegressor
from tests.components.made_up import context_for, patch_clock, table


def test_networks_learn() -> None:
    X, y = table(400)
    model = NetworkClassifier(width=16, n_layers=1, learning_rate_init=0.02).fit(X, y)
    assert model.score(X, y) > 0.8
    X, y = table(400, n_classes=1)
    values = NetworkRegressor(width=16, n_layers=1, learning_rate_init=0.02).fit(X, y)
    assert values.score(X, y) > 0.7


def test_the_best_epoch_is_kept() -> None:
    X, _ = table(200, 20)
    y = np.random.default_rng(3).integers(0, 2, 200)
    quick = NetworkClassifier(width=64, learning_rate_init=0.03, max_epochs=60).fit(X, y)
    # Noise learned by heart would be near 0 or 1.
    assert np.abs(quick.predict_proba(X) - 0.5).mean() < 0.35


def test_a_deadline_ends_the_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = table(200)
    clock = patch_clock(monkeypatch, early_stopped_network)
    model = NetworkClassifier(width=4).under(context_for(X, deadline=clock.now + 12)).fit(X, y)
    assert 2 <= model.network_.t_ / 180 <= 12


def test_the_pickle_is_lean() -> None:
    X, y = table(100)
    model = NetworkClassifier(width=64, n_layers=2, max_epochs=3).fit(X, y)
    n_weights = sum(c.size for c in model.network_.coefs_)
    data = pickle.dumps(model)
    assert len(data) < 8 * n_weights * 1.3
    np.testing.assert_array_equal(pickle.loads(data).predict_proba(X), model.predict_proba(X))
