from __future__ import annotations

import numpy as np
from scipy import sparse
from sklearn.naive_bayes import BernoulliNB, MultinomialNB

from autoskl.components.predictors.naive_bayes_inputs import AboveMean, AsCounts
from tests.components.factories import table


def test_negative_numbers_become_counts() -> None:
    X, y = table(300)
    model = AsCounts(MultinomialNB()).fit(X, y)
    assert model.score(X, y) > 0.6
    # Values below the training range do not become negative.
    assert np.isfinite(model.predict_proba(X - 100)).all()


def test_columns_are_binarised_at_their_mean() -> None:
    X, y = table(300)
    plain = AboveMean(BernoulliNB(binarize=None)).fit(X, y).predict_proba(X)
    moved = AboveMean(BernoulliNB(binarize=None)).fit(50 * X + 7, y).predict_proba(50 * X + 7)
    np.testing.assert_allclose(plain, moved)
    assert len(np.unique(plain[:, 0].round(12))) <= 16


def test_sparse_rows_stay_sparse() -> None:
    X, y = table(300)
    X[np.abs(X) < 1] = 0
    rows = sparse.csr_array(X)
    for model in (AsCounts(MultinomialNB()), AboveMean(BernoulliNB(binarize=None))):
        chances = model.fit(rows, y).predict_proba(rows)
        assert chances.shape == (300, 2)
    np.testing.assert_array_equal(rows.toarray(), X)
