"""Losses equal scikit-learn's metrics."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from autoskl.core import losses

TOLERANCE = {"rtol": 1e-12, "atol": 1e-12}


@st.composite
def classification(draw, n_classes=None):
    """Rows with ties, certain and impossible classes, absent classes, weights or none."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, k = draw(st.integers(1, 60)), n_classes or draw(st.integers(2, 5))
    levels = draw(st.sampled_from([2, 5, 1000]))
    raw = rng.integers(0, levels, size=(n, k)) + (0 if draw(st.booleans()) else 1e-3)
    raw[raw.sum(axis=1) == 0] = 1
    predictions = raw / raw.sum(axis=1, keepdims=True)
    y = rng.integers(0, k, size=n)
    weight = rng.choice([0.0, 0.5, 1.0, 7.25], size=n) if draw(st.booleans()) else None
    assume(weight is None or weight.sum() > 0)
    return y, predictions, weight


@st.composite
def regression(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, scale = draw(st.integers(2, 60)), draw(st.sampled_from([1e-4, 1.0, 1e6]))
    y = rng.normal(size=n) * scale
    predictions = (y + rng.normal(size=n) * scale * draw(st.sampled_from([0.0, 0.1, 3.0])))[:, None]
    weight = rng.choice([0.25, 1.0, 7.25], size=n) if draw(st.booleans()) else None
    return y, predictions, weight


def quietly(function, *args, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args, **kwargs)


@settings(deadline=None, max_examples=150)
@given(classification())
def test_log_loss_equals_scikit_learn(data):
    y, predictions, weight = data
    codes = np.arange(predictions.shape[1])
    expected = sk.log_loss(y, predictions, labels=codes, sample_weight=weight)
    np.testing.assert_allclose(losses.log_loss(y, predictions, weight), expected, **TOLERANCE)


@settings(deadline=None, max_examples=150)
@given(classification(n_classes=2))
def test_roc_auc_equals_scikit_learn(data):
    y, predictions, weight = data
    expected = 1 - quietly(sk.roc_auc_score, y, predictions[:, 1], sample_weight=weight)
    np.testing.assert_allclose(losses.roc_auc_loss(y, predictions, weight), expected, **TOLERANCE)


@settings(deadline=None, max_examples=150)
@given(classification())
def test_roc_auc_of_several_classes_equals_scikit_learn(data):
    y, predictions, weight = data
    n_classes = predictions.shape[1]
    losses_of = {
        ("ovr", "macro"): losses.roc_auc_ovr_loss,
        ("ovr", "weighted"): losses.roc_auc_ovr_weighted_loss,
        ("ovo", "macro"): losses.roc_auc_ovo_loss,
        ("ovo", "weighted"): losses.roc_auc_ovo_weighted_loss,
    }
    if n_classes == 2 or (np.bincount(y, weight, n_classes) == 0).any():
        return
    for (multi_class, average), loss in losses_of.items():
        own = weight if multi_class == "ovr" else None  # scikit-learn has no weights of pairs
        expected = 1 - sk.roc_auc_score(
            y, predictions, multi_class=multi_class, average=average, sample_weight=own
        )
        np.testing.assert_allclose(loss(y, predictions, own), expected, **TOLERANCE)


def test_weights_in_the_roc_auc_of_pairs_count_like_repeated_rows():
    rng = np.random.default_rng(0)
    y, predictions = np.arange(60) % 3, rng.dirichlet(np.ones(3), 60)
    times = rng.integers(0, 4, 60)
    for loss in (losses.roc_auc_ovo_loss, losses.roc_auc_ovo_weighted_loss):
        repeated = loss(np.repeat(y, times), np.repeat(predictions, times, axis=0))
        np.testing.assert_allclose(loss(y, predictions, times.astype(float)), repeated, **TOLERANCE)


def test_roc_auc_of_several_classes_needs_rows_of_each():
    y, predictions = np.array([0, 1, 2, 1]), np.full((4, 3), 1 / 3)
    for weight in (None, np.ones(4)):
        with pytest.raises(ValueError, match="1 of the 3 classes have no row"):
            losses.roc_auc_ovr_loss(y % 2, predictions, weight)
    with pytest.raises(ValueError, match="1 of the 3 classes have no row of positive weight"):
        losses.roc_auc_ovr_weighted_loss(y, predictions, np.array([1.0, 1.0, 0.0, 1.0]))


@settings(deadline=None, max_examples=150)
@given(regression())
def test_regression_losses_equal_scikit_learn(data):
    y, predictions, weight = data
    args = (y, predictions[:, 0])
    expected = {
        losses.squared_error: sk.mean_squared_error(*args, sample_weight=weight),
        losses.root_squared_error: sk.root_mean_squared_error(*args, sample_weight=weight),
        losses.absolute_error: sk.mean_absolute_error(*args, sample_weight=weight),
        losses.unexplained_variance: 1 - sk.r2_score(*args, sample_weight=weight),
    }
    for loss, value in expected.items():
        np.testing.assert_allclose(loss(y, predictions, weight), value, **TOLERANCE)


@pytest.mark.parametrize("value", [3.0, 2.0])
def test_r2_of_a_constant_target_follows_scikit_learn(value):
    y, predictions = np.full(4, 3.0), np.full((4, 1), value)
    assert losses.unexplained_variance(y, predictions) == 1 - sk.r2_score(y, predictions[:, 0])


def test_undefined_losses_are_nan():
    one_class = np.zeros(3, dtype=int)
    predictions = np.full((3, 2), 0.5)
    assert np.isnan(losses.roc_auc_loss(one_class, predictions))
    assert np.isnan(losses.roc_auc_loss(np.array([0, 1, 0]), predictions * np.nan))
    assert np.isnan(losses.unexplained_variance(np.ones(1), np.ones((1, 1))))


def test_log_loss_of_float32_is_computed_in_float64():
    y, predictions = np.array([0, 1]), np.array([[1e-9, 1], [0, 1]], dtype=np.float32)
    np.testing.assert_allclose(
        losses.log_loss(y, predictions), -np.log(np.float64(np.float32(1e-9))) / 2, rtol=1e-12
    )


@settings(deadline=None, max_examples=50)
@given(classification(n_classes=2), st.randoms(use_true_random=False))
def test_zero_weights_and_order_of_rows_do_not_matter(data, random):
    y, predictions, _ = data
    weight = np.array([random.choice([0.0, 1.0]) for _ in y])
    kept = np.flatnonzero(weight)
    assume(len(kept) and len(set(y[kept])) == 2)
    random.shuffle(kept)
    for loss in (losses.log_loss, losses.roc_auc_loss):
        np.testing.assert_allclose(
            loss(y, predictions, weight), loss(y[kept], predictions[kept]), **TOLERANCE
        )
