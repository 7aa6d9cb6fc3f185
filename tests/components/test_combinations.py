"""The combination of two columns that determines the target is found."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from autoskl.components.transformers.arithmetic_pairs import ArithmeticPairsTransformer
from autoskl.components.transformers.category_crosses import CategoryCrossesTransformer

RNG = np.random.default_rng(0)
X = RNG.uniform(0.5, 2.0, (300, 5))


@pytest.mark.parametrize(
    ("name", "y"),
    [
        ("sum", X[:, 1] + X[:, 3]),
        ("difference", X[:, 1] - X[:, 3]),
        ("product", (X[:, 1] - 1.2) * (X[:, 3] - 1.2)),
        ("ratio", X[:, 1] / X[:, 3]),
    ],
)
def test_combination_that_determines_the_target_is_found(name: str, y: NDArray[np.float64]) -> None:
    Z = X - 1.2 if name == "product" else X
    model = ArithmeticPairsTransformer(2, classification=False).fit(Z, y)
    found, *columns = model.pairs_[0]
    assert (found, set(columns)) == (name, {1, 3})
    made = model.transform(Z)
    np.testing.assert_array_equal(made[:, :5], Z)
    sign = -1.0 if name == "difference" and columns == [3, 1] else 1.0
    np.testing.assert_allclose(made[:, 5], sign * y)


def test_division_by_zero_is_bounded() -> None:
    y = (X[:, 0] / X[:, 1] > 1).astype(int)
    model = ArithmeticPairsTransformer(4, "multiplicative").fit(X, y)
    made = model.transform(np.zeros((2, 5)))
    assert np.isfinite(made).all()


def test_cross_that_determines_the_class_is_found() -> None:
    codes = RNG.integers(0, 3, (400, 4)).astype(float)
    y = ((codes[:, 1] + codes[:, 2]) % 3).astype(int)
    model = CategoryCrossesTransformer(1, (0, 1, 2, 3)).fit(codes, y)
    assert model.pairs_ == [(1, 2)]
    made = model.transform(codes)[:, 0]
    assert len(np.unique(made)) == 9
    assert all(len(np.unique(y[made == cross])) == 1 for cross in range(9))
    assert np.isnan(model.transform(np.full((1, 4), 7.0))).all()
