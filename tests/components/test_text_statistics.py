from __future__ import annotations

import numpy as np

from autoskl.components.transformers.text_statistics import STATISTICS, TextStatistics

X = np.array([["One two 3!", "same"], ["", "same"], ["LOUD\nWORDS", "same"]], dtype=object)


def test_statistics_have_the_documented_values() -> None:
    Z = TextStatistics().fit(X).transform(X)
    first = dict(zip(STATISTICS, Z.T[:, 0], strict=True))
    assert first["characters"] == np.log1p(10)
    assert first["words"] == np.log1p(3)
    assert first["digits"] == first["punctuation"] == 0.1
    assert first["lines"] == 0
    assert first["capitals"] == 0.1
    assert first["mean word"] == 10 / 3
    assert Z[2, STATISTICS.index("lines")] == np.log1p(1)
    np.testing.assert_array_equal(Z[1], np.zeros(7))


def test_constant_statistics_are_left_out() -> None:
    statistics = TextStatistics().fit(X)
    assert statistics.kept_.tolist() == [True] * 7 + [False] * 7
    assert statistics.transform(X[:0]).shape == (0, 7)
    assert TextStatistics().fit_transform(X[:1]).shape == (1, 0)
