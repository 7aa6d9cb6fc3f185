from __future__ import annotations

import numpy as np
import pytest

from autoskl.components.predictors.partial_least_squares import BoundedPLS
from tests.components.factories import table


def test_all_directions_give_least_squares() -> None:
    X, y = table(200, n_classes=1)
    found = BoundedPLS(40).fit(X, y).predict(X)
    A = np.column_stack([X, np.ones(200)])
    np.testing.assert_allclose(found, A @ np.linalg.lstsq(A, y)[0], rtol=1e-6)


@pytest.mark.parametrize("n_rows", [2, 5])
def test_more_columns_than_rows_are_fitted(n_rows: int) -> None:
    X, y = table(n_rows, 12, n_classes=1)
    assert np.isfinite(BoundedPLS(40).fit(X, y).predict(X)).all()


def test_constant_columns_are_ignored() -> None:
    X, y = table(50, n_classes=1)
    X[:, 1] = 3.0
    assert BoundedPLS().fit(X, y).coef_[1] == 0.0
    np.testing.assert_allclose(BoundedPLS().fit(0 * X, y).predict(X), y.mean())
