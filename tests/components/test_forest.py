from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from autoskl.components.component import Component
from autoskl.components.models.extra_trees import ExtraTrees
from autoskl.components.models.random_forest import RandomForest
from autoskl.components.predictors import forest
from autoskl.core.configuration import Value
from tests.components.factories import context_for, patch_clock, table

FAMILIES = [RandomForest(), ExtraTrees()]
Family = RandomForest | ExtraTrees


def build_boosting(family: Component, X: NDArray[Any], n_classes: int, **circumstances: Any) -> Any:
    context = replace(context_for(X, n_classes), **circumstances)
    values: Mapping[str, Value] = family.parameters(context.task).complete({"n_estimators": 64})
    return family.build(values, context)


def outputs(model: Any, X: Any) -> Any:
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: type(f).__name__)
@pytest.mark.parametrize("n_classes", [1, 3])
def test_growing_in_steps_gives_the_same_forest(family: Family, n_classes: int) -> None:
    X, y = table(100, 4, n_classes)
    at_once = build_boosting(family, X, n_classes).fit(X, y)
    in_steps = build_boosting(family, X, n_classes, deadline=1e12).fit(X, y)
    assert len(in_steps.estimators_) == 64
    np.testing.assert_array_equal(outputs(at_once, X), outputs(in_steps, X))
    assert in_steps.get_params() == at_once.get_params()


def test_stops_growing_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = table(60)
    clock = patch_clock(monkeypatch, forest)
    model = build_boosting(RandomForest(), X, 2, deadline=clock.now + 5).fit(X, y)
    assert 1 <= len(model.estimators_) < 64
    assert model.n_estimators == 64
    # The next fit has no deadline.
    assert len(model.fit(X, y).estimators_) == 64


def test_coarse_clock_does_not_stop_growth(monkeypatch: pytest.MonkeyPatch) -> None:
    class Still:
        monotonic = staticmethod(lambda: 100.0)

    X, y = table(60)
    monkeypatch.setattr(forest, "time", Still)
    assert len(build_boosting(RandomForest(), X, 2, deadline=1e12).fit(X, y).estimators_) == 64


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: type(f).__name__)
@pytest.mark.parametrize("n_classes", [1, 3])
def test_out_of_bag_predictions_use_trees_that_did_not_see_the_row(
    family: Family, n_classes: int
) -> None:
    X, y = table(80, 4, n_classes)
    weight = np.random.default_rng(0).uniform(0.5, 2.0, len(y))
    model = build_boosting(family, X, n_classes, out_of_bag=True)
    model.fit(X, y, sample_weight=weight)
    predictions, counts = model.out_of_bag_outputs()
    row = 7
    trees = [
        tree
        for tree, drawn in zip(model.estimators_, model.estimators_samples_, strict=True)
        if row not in drawn
    ]
    assert counts[row] == len(trees) > 5
    one = X[[row]].astype(np.float32)
    wanted = np.mean([outputs(tree, one) for tree in trees], axis=0)
    np.testing.assert_allclose(predictions[row], np.ravel(wanted), rtol=1e-6)


def test_out_of_bag_predictions_are_unbiased() -> None:
    X, _ = table(300)
    y = np.random.default_rng(1).integers(0, 2, 300)
    model = build_boosting(RandomForest(), X, 2, out_of_bag=True).fit(X, y)
    predictions, _ = model.out_of_bag_outputs()
    assert np.mean(model.predict(X) == y) > 0.9
    assert abs(np.mean(predictions.argmax(axis=1) == y) - 0.5) < 0.15


def test_out_of_bag_predictions_must_be_requested() -> None:
    X, y = table(60)
    model = build_boosting(ExtraTrees(), X, 2).fit(X, y)
    with pytest.raises(AttributeError, match="was not asked for them"):
        model.out_of_bag_outputs()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: type(f).__name__)
@pytest.mark.parametrize("n_classes", [1, 4])
def test_pickle_predicts_the_same_without_training_rows(family: Family, n_classes: int) -> None:
    X, y = table(2000, 4, n_classes)
    model = build_boosting(family, X, n_classes, out_of_bag=True)
    model.fit(X, y, sample_weight=np.ones(len(y)))
    nodes = sum(tree.tree_.node_count for tree in model.estimators_)
    data = pickle.dumps(model)
    assert len(data) < nodes * 30 + 100_000
    again = pickle.loads(data)
    Z = table(500, 4, seed=3)[0]
    np.testing.assert_array_equal(outputs(model, Z), outputs(again, Z))
    assert not {"_sample_weight", "_out_of_bag"} & set(vars(again))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: type(f).__name__)
def test_weights_that_sum_to_one_are_supported(family: Family) -> None:
    X, y = table(200)
    model = build_boosting(family, X, 2, out_of_bag=True)
    model.fit(X, y, sample_weight=np.full(200, 1 / 200))
    assert np.mean(model.predict(X) == y) > 0.9


def test_sparse_rows_are_supported() -> None:
    X, y = table(100, 4, 2)
    X[np.abs(X) < 0.5] = 0
    dense, rows = build_boosting(RandomForest(), X, 2, out_of_bag=True), sparse.csr_array(X)
    loose = build_boosting(RandomForest(), X, 2, out_of_bag=True).fit(rows, y)
    np.testing.assert_allclose(
        dense.fit(X, y).out_of_bag_outputs()[0], loose.out_of_bag_outputs()[0]
    )
