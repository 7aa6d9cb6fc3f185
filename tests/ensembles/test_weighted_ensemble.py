from __future__ import annotations

import pickle
from threading import Barrier, Thread

import numpy as np
import pytest
from scipy import sparse

from autoskl.ensembles.members import Member
from autoskl.ensembles.weighted_ensemble import WeightedEnsemble


class Linear:
    """A model that remembers how many rows it was asked for at a time."""

    def __init__(self, slope):
        self.slope = slope
        self.largest = 0

    def outputs(self, X):
        self.largest = max(self.largest, X.shape[0])
        return np.asarray(X @ np.full((X.shape[1], 1), self.slope))

    def truncate(self, iterations):
        return self


def ensemble(**kwargs):
    members = [
        Member(3, "ridge", 3.0, (Linear(1.0), Linear(3.0))),
        Member(5, "knn", 1.0, (Linear(10.0),)),
    ]
    return WeightedEnsemble(members, **kwargs)


def test_prediction_is_the_weighted_mean_of_means():
    model = ensemble()
    X = np.arange(6.0).reshape(3, 2)
    assert model.weights == {3: 0.75, 5: 0.25}
    assert (len(model), model.n_models) == (2, 3)
    assert repr(model) == "WeightedEnsemble(ridge 0.75, knn 0.25)"
    np.testing.assert_allclose(model.predict_outputs(X), 4.0 * X.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(model.members[0].outputs(X), 2.0 * X.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_rows_are_predicted_in_chunks(threads, kind):
    X = np.random.default_rng(0).normal(size=(5000, 4))
    model = ensemble(chunk_cells=8_000)
    np.testing.assert_allclose(
        model.predict_outputs(kind(X), threads=threads), 4.0 * X.sum(axis=1, keepdims=True)
    )
    assert model.members[0].models[0].largest == 2000


def test_the_number_of_threads_changes_no_bit():
    X = np.random.default_rng(1).normal(size=(4000, 3))
    one, three = (ensemble(chunk_cells=4_000).predict_outputs(X, threads=t) for t in (1, 3))
    np.testing.assert_array_equal(one, three)


class Sociable(Linear):
    """A model that predicts only in company, and fails without."""

    def __init__(self, slope):
        super().__init__(slope)
        self.company = Barrier(2)

    def outputs(self, X):
        self.company.wait(timeout=30)
        return super().outputs(X)


def test_threads_share_the_rows_of_a_single_model():
    X = np.random.default_rng(2).normal(size=(8_000, 3))
    model = WeightedEnsemble([Member(0, "ridge", 1.0, (Sociable(1.0),))])
    np.testing.assert_allclose(
        model.predict_outputs(X, threads=2), X.sum(axis=1, keepdims=True), atol=1e-12
    )
    assert model.members[0].models[0].largest < 5_000


def test_prediction_needs_no_threads(monkeypatch):
    X = np.random.default_rng(0).normal(size=(3_000, 4))
    expected = ensemble().predict_outputs(X)

    def refuse(_: Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Thread, "start", refuse)
    np.testing.assert_array_equal(ensemble().predict_outputs(X, threads=2), expected)


def test_a_table_without_rows_gives_no_predictions():
    assert ensemble().predict_outputs(np.empty((0, 2))).shape == (0, 1)


def test_it_pickles():
    X = np.ones((3, 2))
    again = pickle.loads(pickle.dumps(ensemble()))
    np.testing.assert_array_equal(again.predict_outputs(X), ensemble().predict_outputs(X))


@pytest.mark.parametrize("weights", [(), (0.0,), (1.0, -1.0)])
def test_weights_must_be_positive(weights):
    members = [Member(i, "knn", w, (Linear(1.0),)) for i, w in enumerate(weights)]
    with pytest.raises(ValueError, match="members with positive weights"):
        WeightedEnsemble(members)
