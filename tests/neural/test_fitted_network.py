"""Fitted networks predict, without torch, what was trained with it."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

pytest.importorskip("torch")

from autoskl.neural import (
    ChainMLPClassifier,
    ChainMLPRegressor,
    RealMLPClassifier,
    RealMLPRegressor,
    TabMClassifier,
    TabMRegressor,
)
from autoskl.neural.arrays import ACTIVATIONS

REAL = {"hidden_sizes": (8, 6), "learning_rate": 0.5, "selection": "log_loss"}
TABM = {"k": 3, "width": 8, "n_blocks": 2, "n_bins": 5, "embedding_size": 3, "learning_rate": 0.03}
CHAIN = {"learning_rate": 0.05}
ESTIMATORS = [
    *(
        RealMLPClassifier(**REAL, variant=variant, activation=activation)
        for variant, activation in product(("small", "full"), ACTIVATIONS)
    ),
    *(
        RealMLPClassifier(**REAL, numeric_embedding=embedding, activation="relu")
        for embedding in ("piecewise_linear", "none")
    ),
    RealMLPClassifier(**REAL, variant="small", numeric_embedding="periodic"),
    *(
        TabMClassifier(**TABM, mini=mini, numeric_embedding=embedding, shared_batches=shared)
        for mini, embedding, shared in product(
            (False, True), ("none", "piecewise_linear"), (False, True)
        )
    ),
    *(
        ChainMLPClassifier(
            **CHAIN,
            links=[
                {"width": 8, "activation": name, "normalisation": norm, "connection": kind},
                {"width": 8, "activation": name, "dropout": 0.2, "connection": kind},
            ],
        )
        for name, norm, kind in (
            ("relu", "none", "plain"),
            ("relu", "layer", "residual"),
            ("relu", "batch", "dense"),
            ("selu", "batch", "residual"),
            ("silu", "layer", "dense"),
            ("mish", "batch", "plain"),
            ("tanh", "layer", "plain"),
        )
    ),
]


def sample() -> tuple[Any, Any]:
    """Numbers, one with missing values, and categories that become signs, one-hot and embedded."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(160, 6))
    X[::9, 1] = np.nan
    X[:, 3:] = rng.integers(0, (2, 4, 30), (160, 3))
    return X, (X[:, 0] + 0.3 * X[:, 4] + rng.normal(size=160) > 0.5).astype(int)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=range(len(ESTIMATORS)))
def test_held_out_loss_of_predictions_is_that_of_training(estimator: Any) -> None:
    X, y = sample()
    estimator.set_params(
        categorical_features=(3, 4, 5), max_one_hot=8, n_epochs=4, batch_size=16, device="cpu",
        n_jobs=1, random_state=0,
    )  # fmt: skip
    estimator.fit_together([estimator], [(X[:100], y[:100], None)], [(X[100:], y[100:], None)])
    probabilities = estimator.predict_proba(X[100:])[np.arange(60), y[100:]]
    expected = estimator.curve_[estimator.best_epoch_ - 1]
    assert -np.log(probabilities).mean() == pytest.approx(expected, rel=1e-4)
    names = estimator._network.parameters
    shares = [names[name] for name in names if name.endswith("share")]
    assert len(shares) == (2 if getattr(estimator, "variant", "small") == "full" else 0)
    assert all(abs(share - 1).max() > 0.03 for share in shares)


@pytest.mark.parametrize(
    "estimator",
    [*ESTIMATORS[::4], RealMLPRegressor(), TabMRegressor(k=2), ChainMLPRegressor()],
    ids=lambda estimator: type(estimator).__name__,
)
def test_without_time_for_a_step_the_prediction_is_constant(estimator: Any) -> None:
    X, y = sample()
    weight = np.linspace(0.5, 2, len(y))
    models = [clone(estimator).set_params(device="cpu").with_deadline(-1e9) for _ in range(2)]
    with pytest.warns(RuntimeWarning, match="predicts the same for all rows") as warned:
        estimator.fit_together(models, [(X, y, weight)] * 2, [(X, y, None)] * 2)
    assert len(warned) == 1
    for model in models:
        if hasattr(model, "classes_"):
            expected = np.bincount(y, weight) / weight.sum()
            found = model.predict_proba(X)
        else:
            expected, found = np.average(y, weights=weight), model.predict(X)
        np.testing.assert_allclose(found, np.broadcast_to(expected, found.shape), rtol=1e-6)
