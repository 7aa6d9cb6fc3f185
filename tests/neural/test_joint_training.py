"""Training of several networks together: their initial rows, their steps, and what it needs."""

import sys
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

pytest.importorskip("torch")

from autoskl.core.errors import OptionalDependencyError
from autoskl.neural import ChainMLPRegressor, RealMLPClassifier, RealMLPRegressor, TabMRegressor

MANY = 400


def groups(n_rows: int = MANY) -> tuple[Any, Any]:
    """A first column by which rows are sorted, and a second one that depends on it."""
    rng = np.random.default_rng(0)
    group = rng.integers(0, 2, n_rows)
    X = np.column_stack([group, np.where(group, 5.0, 0.0) + rng.random(n_rows)])
    return X, np.sin(6 * X[:, 1])


@pytest.fixture
def few_initial_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autoskl.neural.joint_training._MAX_INIT_ROWS", 60)


PIECEWISE = TabMRegressor(
    k=2, width=4, n_blocks=1, numeric_embedding="piecewise_linear", n_bins=6, n_epochs=1,
    device="cpu", n_jobs=1, random_state=0,
)  # fmt: skip


@pytest.mark.usefixtures("few_initial_rows")
def test_bins_of_many_rows_are_those_of_all_kinds_of_rows() -> None:
    X, y = groups()
    model = clone(PIECEWISE).fit(X, y)
    starts = model._network.parameters["0.numbers.start"][0, 1, 0]
    encoded = np.sort(model._network.encoder.transform(X)[:, 1])
    ranks = np.searchsorted(encoded, starts) / len(X)
    np.testing.assert_allclose(ranks, np.arange(6) / 6, atol=0.15)


@pytest.mark.usefixtures("few_initial_rows")
def test_initial_rows_depend_on_the_seed_but_not_on_order_or_other_networks() -> None:
    X, y = groups()
    order = np.random.default_rng(1).permutation(len(X))
    seeds = range(2)
    single = [clone(PIECEWISE).set_params(random_state=seed) for seed in seeds]
    for model in single:
        model.fit_together([model], [(X[order], y[order], None)], None)
    together = [clone(PIECEWISE).set_params(random_state=seed) for seed in seeds]
    PIECEWISE.fit_together(together, [(X, y, None)] * 2, None)
    starts = [m._network.parameters["0.numbers.start"] for m in (*single, *together)]
    np.testing.assert_array_equal(starts[:2], starts[2:])
    assert not np.array_equal(starts[0], starts[1])


def test_networks_take_the_steps_of_the_mean_number_of_rows() -> None:
    X, y = groups()
    parts = [(X[:n], y[:n], None) for n in (100, 101, 95)]  # alone, 95 rows are two batches
    held_out = [(X[200:], y[200:], None)] * 3
    model = RealMLPRegressor(hidden_sizes=(8,), n_epochs=3, batch_size=32, device="cpu", n_jobs=1)
    together = [clone(model).set_params(random_state=seed) for seed in range(3)]
    model.fit_together(together, parts, held_out)
    for i, found in enumerate(together):
        alone = clone(model).set_params(random_state=i)
        alone.fit_together([alone], parts[i : i + 1], held_out[:1], steps=3)
        np.testing.assert_allclose(alone.curve_, found.curve_, rtol=2e-3)


def test_error_names_the_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    X, y = groups(80)
    with pytest.raises(OptionalDependencyError, match="torch is needed"):
        RealMLPClassifier(device="cpu").fit(X, y > 0)


@pytest.mark.parametrize(
    "model",
    [
        RealMLPRegressor(n_epochs=2, hidden_sizes=(4,)),
        TabMRegressor(n_epochs=2, k=2, width=4),
        ChainMLPRegressor(n_epochs=2, links=[{"width": 4}]),
    ],
    ids=type,
)
def test_a_category_that_is_always_missing_may_be_the_only_column(model: Any) -> None:
    model.set_params(categorical_features=[0], device="cpu", random_state=0)
    found = model.fit(np.full((60, 1), np.nan), np.arange(60.0)).predict(np.array([[np.nan], [2]]))
    assert found[0] == found[1]
    assert 0 <= found[0] <= 59


@pytest.mark.parametrize(
    "model",
    [
        RealMLPClassifier(n_epochs=2, hidden_sizes=(8,), dropout=0.9999),
        ChainMLPRegressor(n_epochs=2, links=[{"width": 8, "dropout": 0.9999}]),
    ],
    ids=type,
)
def test_almost_all_units_may_be_dropped(model: Any) -> None:
    X, y = groups(80)
    y = (y > 0).astype(int)
    model.set_params(device="cpu", random_state=0).fit(X, y)
    assert np.isfinite(model.curve_).all()


def test_network_that_diverges_at_once_predicts_the_mean() -> None:
    X, y = groups(80)
    parts = [(X[:60], y[:60], None)], [(X[60:], y[60:], None)]
    model = TabMRegressor(k=2, width=8, n_epochs=3, learning_rate=1e30, device="cpu")
    model.fit_together([model], *parts)
    assert model.best_epoch_ == 0
    assert not np.isfinite(model.curve_).any()
    np.testing.assert_allclose(model.predict(X), np.full(80, y[:60].mean()))
