from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.components.transformers.log_scale import LogScale, LogScaler

VALUES = st.lists(st.floats(0, 1e9), min_size=1, max_size=30).map(np.array)


@given(VALUES, st.floats(0.01, 3.0))
def test_inverse_restores_the_values(y, offset):
    scale = LogScaler(offset).scale(y)
    z = scale.forward(y)
    assert (z >= 0).all()
    np.testing.assert_allclose(scale.inverse(z), y, rtol=1e-9, atol=1e-9 * scale.unit)


@given(VALUES, st.floats(1e-3, 1e3))
def test_scale_of_the_target_does_not_matter(y, unit):
    first, second = LogScaler().scale(y + 1e-3), LogScaler().scale(unit * (y + 1e-3))
    np.testing.assert_allclose(
        first.forward(y + 1e-3), second.forward(unit * (y + 1e-3)), rtol=1e-6
    )


def test_weight_equals_repeated_rows():
    y = np.array([1.0, 2.0, 10.0])
    weighted = LogScaler(0.5).scale(y, np.array([3.0, 1.0, 2.0]))
    assert weighted.unit == pytest.approx(LogScaler(0.5).scale(y.repeat([3, 1, 2])).unit)


def test_all_zeros_have_a_scale():
    assert LogScaler().scale(np.zeros(4)).unit == 1.0


@given(VALUES, st.floats(0.1, 1.0))
def test_larger_values_get_larger_positive_weights(y, emphasis):
    scale = LogScaler(0.1, emphasis).scale(y)
    weight = scale.weights(y, None)
    assert weight.mean() == pytest.approx(1.0)
    assert (weight > 0).all()
    assert (np.diff(weight[np.argsort(y)]) >= -1e-12).all()
    ones = np.ones(len(y))
    np.testing.assert_allclose(scale.weights(y, 3.0 * ones), 3.0 * scale.weights(y, ones))


def test_weights_are_unchanged_without_emphasis():
    given_weights = np.array([1.0, 2.0])
    scale = LogScaler(0.1, 0.0).scale(np.array([1.0, 5.0]))
    assert scale.weights(np.array([1.0, 5.0]), None) is None
    assert scale.weights(np.array([1.0, 5.0]), given_weights) is given_weights


def test_predictions_are_finite():
    assert np.isfinite(LogScale(1.0).inverse(np.array([1e9]))).all()


def test_negative_values_are_rejected():
    with pytest.raises(ValueError, match=r"the lowest is -2. Use plain_response"):
        LogScaler().scale(np.array([1.0, -2.0]))
