from __future__ import annotations

import pickle

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("catboost")

from autoskl.components.predictors.boosted_trees.staged_catboost import (
    StagedCatBoostClassifier,
    StagedCatBoostRegressor,
)
from autoskl.tables.text_table import MixedTable, TextTable, pack
from tests.components.factories import table


def test_constant_columns_predict_class_frequencies() -> None:
    y = np.array([0] * 30 + [1] * 10 + [2] * 20)
    model = StagedCatBoostClassifier().fit(np.full((60, 2), np.nan), y)
    again = pickle.loads(pickle.dumps(model))
    expected = np.array([[30, 10, 20]]) / 60
    found = again.predict_proba(np.zeros((1, 2)))
    # Frequencies are counted without the held-out rows.
    np.testing.assert_allclose(found, expected, atol=0.06)
    two = StagedCatBoostClassifier().fit(np.zeros((40, 2)), y[:40], np.arange(40) % 4 > 0)
    assert 0.6 < two.predict_proba(np.zeros((1, 2)))[0, 0] < 0.9


def test_constant_target_predicts_the_mean() -> None:
    X, _ = table(60)
    model = StagedCatBoostRegressor().fit(X, np.full(60, 3.0))
    np.testing.assert_allclose(model.predict(X), 3.0)


def test_missing_is_a_category() -> None:
    X, y = table(400, 3)
    X[:, 2] = np.random.default_rng(0).integers(0, 5, 400)
    X[y == 1, 2] = np.nan
    model = StagedCatBoostClassifier({"depth": 3}, 30, (2,)).fit(X, y)
    assert model.score(X, y) > 0.99


def mixed(n: int, n_numbers: int = 2) -> tuple[MixedTable, NDArray[np.int64]]:
    """Return noise, and texts of which one word of ten tells the class."""
    rng = np.random.default_rng(0)
    classes = rng.integers(0, 3, n)
    words = np.array(["dull", "grey", "plain", "usual", "common"])
    told = np.array(["Apple", "banana", "CHERRY"])[classes]
    texts = [f"{' '.join(rng.choice(words, 9))}, {word}!" for word in told]
    table = TextTable((pack(["only once"] + [""] * (n - 1)), pack(texts)), np.arange(n))
    return MixedTable(rng.normal(size=(n, n_numbers)).astype(np.float32), table), classes


@pytest.mark.parametrize("policy", ["SymmetricTree", "Depthwise"])
@pytest.mark.parametrize("n_numbers", [0, 2])
@pytest.mark.parametrize("n_classes", [1, 2, 3])
def test_text_columns_are_used(n_classes: int, n_numbers: int, policy: str) -> None:
    X, codes = mixed(300, n_numbers)
    train, test = np.arange(200), np.arange(200, 300)
    y = codes.astype(float) if n_classes == 1 else np.minimum(codes, n_classes - 1)
    kind = StagedCatBoostRegressor if n_classes == 1 else StagedCatBoostClassifier
    model = kind({"depth": 4, "grow_policy": policy}, 60)
    model.fit(X[train], y[train], None, validation=(X[test], y[test], None))
    assert model.score(X[test], y[test]) > 0.95
    half = max(model.n_iterations_ // 2, 1)
    (staged,) = model.staged_outputs(X[test], (half,))
    model.truncate(half)
    again = pickle.loads(pickle.dumps(model))
    again.predict(X[test])
    again.truncate(max(half // 2, 1))
    pickle.dumps(again)  # CatBoost crashes when it serialises a deserialised model
    again = pickle.loads(pickle.dumps(model))
    outputs = again.predict(X[test])[:, None] if n_classes == 1 else again.predict_proba(X[test])
    np.testing.assert_allclose(outputs, staged)


def test_texts_without_a_repeated_word_are_ignored() -> None:
    texts = TextTable((pack([f"word{i}" for i in range(60)]),), np.arange(60))
    y = np.array([0] * 30 + [1] * 30)
    model = StagedCatBoostClassifier(n_estimators=5).fit(MixedTable(np.zeros((60, 1)), texts), y)
    probabilities = model.predict_proba(MixedTable(np.zeros((60, 1)), texts)[:1])
    np.testing.assert_allclose(probabilities, 0.5, atol=0.1)
