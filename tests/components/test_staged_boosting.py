from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from autoskl.components.predictors.boosted_trees.staged_boosting import uncompressed_pickles
from autoskl.components.registry import component
from autoskl.core import mapped_pages
from autoskl.core.configuration import Value
from autoskl.core.optional import is_installed
from autoskl.execution.pickling import to_parts
from autoskl.execution.shared_data import forget_shared, write_shared
from tests.components.factories import context_for, patch_clock, table

QUICK: dict[str, dict[str, Value]] = {
    "lightgbm": {},
    "xgboost": {"max_depth": 4},
    "catboost": {"depth": 4, "leaf_estimation_iterations": 1},
}
"""Hyperparameters with which a fit is quick."""


@pytest.fixture(params=[name for name in QUICK if is_installed(name)])
def library(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def build_boosting(library: str, X: Any, n_classes: int, **context: Any) -> Any:
    around = context_for(X, n_classes, **context)
    family = component(library)
    return family.build(family.parameters(around.task).complete(QUICK[library]), around)


def outputs(model: Any, X: Any) -> Any:
    if hasattr(model, "predict_proba"):
        return model.predict_proba(X)
    return model.predict(X)[:, np.newaxis]


def held_out(n_classes: int) -> tuple[Any, Any, Any, Any]:
    X, y = table(900, 5, n_classes)
    X[::11, 0] = np.nan
    X[:, 2] = np.random.default_rng(1).integers(0, 9, 900)
    X[700:720, 2] = 30  # a level that training does not see
    return X[:600], y[:600], X[600:], y[600:]


@pytest.mark.parametrize("n_classes", [1, 2, 4])
def test_staged_outputs_equal_predictions_after_truncation(library: str, n_classes: int) -> None:
    X, y, V, v = held_out(n_classes)
    model = build_boosting(library, X, n_classes, categorical=(2,)).fit(
        X, y, None, validation=(V, v, None)
    )
    best, last = model.best_iteration_, model.n_iterations_
    assert 1 < best < last
    checkpoints = (2, best // 2, best, best + 3, last, last + 50)
    # The fit has traced some stages of these rows, but none of a copy.
    known = model.staged_outputs(V, checkpoints)
    np.testing.assert_allclose(known, model.staged_outputs(V.copy(), checkpoints), rtol=1e-9)
    np.testing.assert_array_equal(known[-1], known[-2])
    for stage, rounds in reversed(list(zip(known[:-1], checkpoints, strict=False))):
        model.truncate(rounds)
        assert model.n_iterations_ == rounds
        np.testing.assert_allclose(stage, outputs(model, V), rtol=1e-9)


@pytest.mark.parametrize("n_classes", [1, 2, 4])
def test_best_round_has_the_lowest_loss(library: str, n_classes: int) -> None:
    X, y, V, v = held_out(n_classes)
    weight = np.random.default_rng(2).uniform(0.1, 2.0, len(v))
    model = build_boosting(library, X, n_classes).fit(X, y, None, validation=(V, v, weight))
    stages = model.staged_outputs(V, tuple(range(1, model.n_iterations_ + 1)))
    if n_classes == 1:
        losses = np.average((stages[:, :, 0] - v) ** 2, axis=1, weights=weight)
    else:
        losses = np.average(-np.log(stages[:, np.arange(len(v)), v]), axis=1, weights=weight)
    assert model.best_iteration_ == losses.argmin() + 1


@pytest.mark.parametrize("n_classes", [1, 2, 4])
def test_truncated_pickle_is_small_and_predicts_the_same(library: str, n_classes: int) -> None:
    X, y, V, v = held_out(n_classes)
    model = build_boosting(library, X, n_classes, categorical=(2,)).fit(
        X, y, None, validation=(V, v, None)
    )
    whole = pickle.dumps(model)
    model.truncate(5)
    small = pickle.dumps(model)
    assert len(small) < len(whole) / 2
    again = pickle.loads(small)
    np.testing.assert_array_equal(outputs(again, V), outputs(model, V))
    np.testing.assert_array_equal(outputs(pickle.loads(pickle.dumps(again)), V), outputs(model, V))


def test_uncompressed_pickle_is_compressed_when_pickled_again(library: str) -> None:
    X, y, V, v = held_out(2)
    model = build_boosting(library, X, 2).fit(X, y, None, validation=(V, v, None))
    with uncompressed_pickles():
        quick = pickle.dumps(model)
    packed = pickle.dumps(model)
    assert len(packed) < len(quick)
    again = pickle.loads(quick)
    assert len(pickle.dumps(again)) == len(packed)
    np.testing.assert_array_equal(outputs(again, V), outputs(model, V))


def test_unknown_classes_are_left_out_of_validation(library: str) -> None:
    X, y, V, v = held_out(4)
    fitted = y != 2
    model = build_boosting(library, X, 4).fit(X[fitted], y[fitted], None, validation=(V, v, None))
    assert model.classes_.tolist() == [0, 1, 3]
    assert model.staged_outputs(V, (1, 3)).shape == (2, len(v), 3)
    lone = build_boosting(library, X, 4).fit(
        X[y < 2], y[y < 2], None, validation=(V[v > 1], v[v > 1], None)
    )
    assert lone.best_iteration_ == lone.n_iterations_


@pytest.mark.parametrize("n_classes", [1, 2, 4])
def test_rows_are_held_out_without_validation_data(library: str, n_classes: int) -> None:
    X, y, _, _ = held_out(n_classes)
    model = build_boosting(library, X, n_classes).fit(X, y)
    assert 1 < model.n_iterations_ == model.best_iteration_ < 2000
    few = build_boosting(library, X[:40], n_classes).fit(X[:40], y[:40])
    assert few.n_iterations_ == 100


def test_deadline_stops_boosting(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y, V, v = held_out(2)
    clock = patch_clock(monkeypatch)
    model = build_boosting(library, X, 2, deadline=clock.now + 20).fit(
        X, y, None, validation=(V, v, None)
    )
    assert 5 < model.n_iterations_ < 15
    again = model.fit(X, y, None, validation=(V, v, None))
    assert again.n_iterations_ > 30


def test_large_targets_keep_their_precision(library: str) -> None:
    X, y = table(300, 3, 1)
    model = build_boosting(library, X, 1).fit(X, 1e9 + y)
    assert np.corrcoef(model.predict(X), y)[0, 1] > 0.9


def test_absolute_error_has_its_own_objective(library: str) -> None:
    X, y = table(300, 3, 1)
    y[::10] += 1e4
    model = build_boosting(library, X, 1, metric="neg_mean_absolute_error").fit(X, y)
    usual = build_boosting(library, X, 1).fit(X, y)
    wanted = np.abs(model.predict(X) - y).mean()
    assert wanted < np.abs(usual.predict(X) - y).mean()


@pytest.mark.parametrize("n_classes", [1, 2, 3])
def test_sparse_rows_are_supported(library: str, n_classes: int) -> None:
    X, y = table(400, 5, n_classes)
    X[np.abs(X) < 0.5] = 0
    rows = sparse.csr_array(X)
    loose = build_boosting(library, X, n_classes).fit(
        rows[:300], y[:300], None, validation=(rows[300:], y[300:], None)
    )
    assert outputs(loose, rows).shape == (400, n_classes)


def test_leaves_are_small_with_few_rows(library: str) -> None:
    X, y = table(40)
    model = build_boosting(library, X, 2).fit(X, y)
    assert len(np.unique(model.predict_proba(X))) > 2


@pytest.mark.parametrize("n_classes", [1, 2, 4])
def test_unpickled_model_is_deserialised_on_first_use(library: str, n_classes: int) -> None:
    X, y, V, v = held_out(n_classes)
    model = build_boosting(library, X, n_classes).fit(X, y, None, validation=(V, v, None))
    again = pickle.loads(pickle.dumps(model))
    data = pickle.dumps(again)
    assert not hasattr(again, "_booster")
    np.testing.assert_array_equal(outputs(again, V), outputs(model, V))
    assert hasattr(again, "_booster")
    np.testing.assert_array_equal(outputs(pickle.loads(data), V), outputs(model, V))
    refitted = again.fit(X[:300], y[:300], None, validation=(V, v, None))
    assert not np.array_equal(outputs(refitted, V), outputs(model, V))


@pytest.mark.parametrize("n_classes", [1, 3])
def test_concurrent_predictions_equal_sequential_ones(library: str, n_classes: int) -> None:
    X, y, V, v = held_out(n_classes)
    model = build_boosting(library, X, n_classes).fit(X, y, None, validation=(V, v, None))
    stages = [(number,) for number in range(1, model.n_iterations_ + 1, 3)]
    rows = np.tile(V, (20, 1))
    alone = [model.staged_outputs(rows, stage) for stage in stages]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(model.staged_outputs, [rows] * len(stages), stages))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("n_classes", [1, 2, 4])
def test_rows_mapped_from_a_file_give_the_same_trees(
    library: str, n_classes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped_pages, "MIN_BYTES", 1 << 12)
    monkeypatch.setattr(mapped_pages, "BLOCK_BYTES", 1 << 12)
    X, y, V, v = held_out(n_classes)
    X, V = (np.round(part, 1).astype(np.float32) for part in (X, V))  # each value has its own bin
    weight = np.random.default_rng(0).integers(1, 4, len(y)).astype(float)
    handle = write_shared(to_parts(X), tmp_path)
    mapped = handle.load()
    assert mapped_pages.is_large_mapping(mapped)
    fitted = [
        build_boosting(library, X, n_classes, categorical=(2,)).fit(
            rows, y, weight, validation=(V, v, None)
        )
        for rows in (X, mapped)
    ]
    np.testing.assert_allclose(outputs(fitted[0], V), outputs(fitted[1], V), rtol=1e-6)
    forget_shared(handle.key)
