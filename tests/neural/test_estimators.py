import pickle
import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification, make_regression
from sklearn.utils.estimator_checks import (
    check_methods_sample_order_invariance,
    check_methods_subset_invariance,
    parametrize_with_checks,
)

pytest.importorskip("torch")

from autoskl.neural import (
    ChainMLPClassifier,
    RealMLPClassifier,
    RealMLPRegressor,
    TabMClassifier,
    TabMRegressor,
)

REAL = {"variant": "small", "hidden_sizes": (24,), "n_epochs": 24, "device": "cpu", "n_jobs": 1}
TABM = {"k": 4, "width": 16, "n_blocks": 1, "n_epochs": 24, "device": "cpu", "n_jobs": 1}
SMALL = [
    RealMLPClassifier(**REAL),
    RealMLPRegressor(**REAL),
    TabMClassifier(**TABM, learning_rate=0.02),
    TabMRegressor(**TABM, learning_rate=0.02),
]


@parametrize_with_checks(SMALL)
def test_scikit_learn_checks(estimator: Any, check: Any) -> None:
    check(estimator)


def classes(n: int = 120, seed: int = 0) -> tuple[Any, Any]:
    X, y = make_classification(n, 5, n_informative=4, n_redundant=0, n_classes=3, random_state=seed)
    return X, y


FULL = [
    ChainMLPClassifier(
        links=[{"width": 16, "normalisation": "batch"}, {"width": 8, "dropout": 0.2}],
        n_epochs=3,
        random_state=0,
    ),
    RealMLPClassifier(n_epochs=3, hidden_sizes=(16, 16), device="cpu", random_state=0),
    RealMLPClassifier(
        n_epochs=3, hidden_sizes=(16,), numeric_embedding="piecewise_linear", random_state=0
    ),
    TabMClassifier(n_epochs=3, k=4, width=16, n_blocks=2, random_state=0),
    TabMClassifier(n_epochs=3, k=4, width=16, n_blocks=1, shared_batches=False, random_state=0),
    TabMClassifier(
        n_epochs=3, k=4, width=8, mini=True, numeric_embedding="piecewise_linear", random_state=0
    ),
]


@pytest.mark.parametrize("estimator", [FULL[0], FULL[1], FULL[3]], ids=type)
def test_classes_with_one_row_are_learned_for_any_split(estimator: Any) -> None:
    X, y = classes()
    y[:3] = [7, 8, 9]
    for seed in range(4):
        model = clone(estimator).set_params(random_state=seed, n_epochs=1).fit(X, y)
        assert model.classes_.tolist() == [0, 1, 2, 7, 8, 9]
        assert model.predict_proba(X).shape == (len(X), 6)


@pytest.mark.parametrize("estimator", FULL, ids=range(len(FULL)))
def test_folds_trained_together_equal_separate_training(estimator: Any) -> None:
    X, y = classes()
    sizes = [90, 77, 81]
    train = [(X[:n], y[:n], np.linspace(0.5, 2, n)) for n in sizes]
    held_out = [(X[n:], y[n:], None) for n in sizes]
    estimator = clone(estimator).set_params(batch_size=32, selection="log_loss")
    one = [clone(estimator).set_params(random_state=i) for i in range(3)]
    many = [clone(each) for each in one]
    type(estimator).fit_together(many, train, held_out, steps=2)
    for i in range(3):
        type(estimator).fit_together(one[i : i + 1], train[i : i + 1], held_out[i : i + 1], steps=2)
        np.testing.assert_allclose(one[i].curve_, many[i].curve_, rtol=2e-3)
    mean = np.mean([each.curve_ for each in many], axis=0)
    assert {each.best_epoch_ for each in many} == {int(mean.argmin()) + 1}
    alone = next((i for i in range(3) if one[i].best_epoch_ == many[i].best_epoch_), None)
    if alone is not None:
        expected = one[alone].predict_proba(X)
        np.testing.assert_allclose(many[alone].predict_proba(X), expected, rtol=1e-2, atol=1e-3)


CONFIGURATIONS = [
    (
        RealMLPClassifier(hidden_sizes=(16, 16), device="cpu", batch_size=32, n_epochs=5),
        [
            {"learning_rate": 0.1, "dropout": 0.3, "label_smoothing": 0.0, "selection": "log_loss"},
            {"weight_decay": 0.1, "beta2": 0.99, "scale_rate": 2.0, "selection": "log_loss"},
            {"dropout": 0.0, "first_rate": 0.5, "selection": "log_loss"},
        ],
    ),
    (
        TabMClassifier(k=4, width=16, patience=2, batch_size=32, n_epochs=20),
        [
            {"learning_rate": 0.3, "dropout": 0.0},
            {"weight_decay": 0.1, "gradient_limit": 0.1},
        ],
    ),
]


@pytest.mark.parametrize(("estimator", "changes"), CONFIGURATIONS, ids=["real_mlp", "tabm"])
def test_configurations_trained_together_equal_separate_training(
    estimator: Any, changes: Any
) -> None:
    X, y = classes()
    sizes = [90, 77]
    train = [(X[:n], y[:n], None) for n in sizes]
    held_out = [(X[n:], y[n:], None) for n in sizes]
    alone = [
        [clone(estimator).set_params(**each, random_state=i) for i in range(2)] for each in changes
    ]
    together = [clone(model) for folds in alone for model in folds]
    kind, n = type(estimator), len(changes)
    kind.fit_together(together, train * n, held_out * n, steps=2)
    for folds in alone:
        kind.fit_together(folds, train, held_out, steps=2)
    assert len({len(folds[0].curve_) for folds in alone}) > 1 or estimator.n_epochs == 5
    for model, expected in zip(together, [m for folds in alone for m in folds], strict=True):
        np.testing.assert_allclose(model.curve_, expected.curve_, rtol=5e-3)
        assert model.best_epoch_ == expected.best_epoch_
        found = model.predict_proba(X)
        np.testing.assert_allclose(found, expected.predict_proba(X), rtol=2e-2, atol=2e-3)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"hidden_sizes": (8, 8, 8)}, "must have the same layers"),
        ({"hidden_sizes": (8,)}, "must have the same number of layers. Got"),
        ({"n_epochs": 3}, "may differ only in learning_rate, betas, .* Fit them one after another"),
        ({"max_one_hot": 3}, "encoding parameters"),
    ],
)
def test_configurations_of_different_shapes_cannot_be_trained_together(
    changes: Any, match: str
) -> None:
    X, y = classes()
    models = [RealMLPClassifier(device="cpu"), RealMLPClassifier(device="cpu", **changes)]
    with pytest.raises(ValueError, match=match):
        RealMLPClassifier.fit_together(models, [(X, y, None)] * 2, None)


def test_pickle_predicts_without_torch() -> None:
    X, y = classes()
    model = TabMClassifier(**TABM, random_state=0).fit(X, y)
    program = (
        "import pickle, sys; model, X = pickle.load(sys.stdin.buffer); "
        "p = model.predict_proba(X); assert 'torch' not in sys.modules; "
        "sys.stdout.buffer.write(pickle.dumps(p))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=pickle.dumps((model, X)),
        capture_output=True,
        check=True,
    )
    np.testing.assert_array_equal(pickle.loads(done.stdout), model.predict_proba(X))


def test_unseen_codes_and_missing_values_are_supported() -> None:
    X, y = classes()
    X = np.column_stack([X, np.arange(len(X)) % 30])
    X[::9, 0] = X[::11, 5] = np.nan
    model = RealMLPClassifier(**REAL, categorical_features=(5,), random_state=0).fit(X, y)
    X[:4, 5] = [99, -1, np.nan, 0.5]
    assert np.isfinite(model.predict_proba(X)).all()


def test_embed_returns_the_embedded_columns() -> None:
    X, y = classes()
    X = np.column_stack([X, np.arange(len(X)) % 30, np.arange(len(X)) % 3])
    coding = {"categorical_features": (5, 6), "max_one_hot": 8, "embedding_size": 4}
    model = RealMLPClassifier(**REAL, **coding, random_state=0)
    found = model.fit(X, y).embed(X)
    assert found.shape == (len(X), 4)
    np.testing.assert_array_equal(found[0], found[30])
    assert len(np.unique(found[:30], axis=0)) > 20
    with pytest.raises(ValueError, match=r"No column is embedded: .* Lower max_one_hot"):
        model.set_params(max_one_hot=40).fit(X, y).embed(X)


def test_values_stay_within_the_training_range() -> None:
    X, y = make_regression(80, 4, random_state=0)
    model = RealMLPRegressor(**REAL, random_state=0).fit(X, y)
    found = model.predict(100 * X)
    assert y.min() <= found.min() <= found.max() <= y.max()


def test_fold_without_a_class_predicts_only_its_own_classes() -> None:
    X, y = classes()
    train = [(X, y, None), (X[y < 2], y[y < 2], None)]
    models = [RealMLPClassifier(**REAL, random_state=i) for i in range(2)]
    RealMLPClassifier.fit_together(models, train, [(X, y, None), (X, y, None)])
    np.testing.assert_array_equal(models[1].classes_, [0, 1])
    np.testing.assert_allclose(models[1].predict_proba(X).sum(axis=1), 1)


def test_patience_stops_training() -> None:
    X = np.random.default_rng(0).normal(size=(100, 3))
    y = np.random.default_rng(1).integers(0, 2, 100)  # nothing to learn
    model = TabMClassifier(**{**TABM, "n_epochs": 500}, patience=3, random_state=0).fit(X, y)
    assert len(model.curve_) == model.best_epoch_ + 4 < 500


def test_a_fit_that_fails_forgets_its_deadline() -> None:
    X, y = classes()
    wrong = RealMLPClassifier(**{**REAL, "n_epochs": 0})
    for fit in (
        lambda: wrong.fit(X, y),
        lambda: wrong.fit(X[:5], y),
        lambda: wrong.fit_together([wrong], [(X, y, None)], None),
    ):
        wrong.with_deadline(-1e9).with_epoch_share(0.1)
        with pytest.raises(ValueError, match=r"'n_epochs' parameter|inconsistent numbers"):
            fit()
        assert not vars(wrong).keys() & {"_deadline", "_epoch_share"}


def test_fraction_of_the_epochs_uses_the_whole_schedule() -> None:
    X, y = classes()
    short = RealMLPClassifier(**REAL, random_state=0).with_epoch_share(0.25).fit(X, y)
    like = RealMLPClassifier(**{**REAL, "n_epochs": 6}, random_state=0).fit(X, y)
    np.testing.assert_array_equal(short.curve_, like.curve_)
    np.testing.assert_array_equal(short.predict_proba(X), like.predict_proba(X))
    assert "_epoch_share" not in vars(short)
    assert len(short.fit(X, y).curve_) == REAL["n_epochs"]


def test_training_unlikely_to_beat_a_loss_is_stopped() -> None:
    X, y = classes()
    train, held_out = [(X[:90], y[:90], None)], [(X[90:], y[90:], None)]
    found = {}
    for to_beat in (-1.0, 100.0, None):
        model = RealMLPClassifier(**{**REAL, "n_epochs": 60}, random_state=0)
        model.fit_together([model], train, held_out, to_beat=to_beat)
        found[to_beat] = (model.stopped_by_forecast_, len(model.curve_))
    assert found[100.0] == found[None] == (False, 60)
    assert found[-1.0][0]
    assert found[-1.0][1] < 60


USUAL = [
    RealMLPClassifier(n_epochs=2, device="cpu"),
    RealMLPRegressor(n_epochs=2, device="cpu"),
    RealMLPClassifier(variant="small", n_epochs=2, device="cpu"),
    TabMClassifier(n_epochs=1, device="cpu"),
    TabMRegressor(n_epochs=1, device="cpu"),
    ChainMLPClassifier(n_epochs=4, device="cpu"),
]


@pytest.mark.parametrize("estimator", USUAL, ids=str)
@pytest.mark.parametrize(
    "check", [check_methods_sample_order_invariance, check_methods_subset_invariance]
)
def test_predictions_do_not_depend_on_other_rows(estimator: Any, check: Any) -> None:
    check(type(estimator).__name__, estimator)


def test_predictions_do_not_depend_on_the_position_of_a_row() -> None:
    X, y = classes(300)
    for model in (RealMLPClassifier(n_epochs=2, device="cpu"), ChainMLPClassifier(n_epochs=2)):
        found = model.set_params(random_state=0).fit(X, y).predict_proba(X)
        np.testing.assert_array_equal(model.predict_proba(X[::-1])[::-1], found)
        np.testing.assert_array_equal(model.predict_proba(X[77:80]), found[77:80])


@pytest.mark.parametrize("power", [-1000, 1000])
def test_targets_of_any_magnitude_are_learned_alike(power: int) -> None:
    X, y = make_regression(80, 4, random_state=0)
    plain = RealMLPRegressor(**REAL, random_state=0).fit(X, y)
    other = RealMLPRegressor(**REAL, random_state=0).fit(X, np.ldexp(y, power))
    np.testing.assert_array_equal(other.predict(X), np.ldexp(plain.predict(X), power))
    np.testing.assert_array_equal(other.curve_, plain.curve_)


def test_n_jobs_may_be_negative() -> None:
    model = RealMLPClassifier(**{**REAL, "n_jobs": -1}, random_state=0).fit(*classes())
    assert len(model.curve_) == REAL["n_epochs"]


REAL_MLP, TABM_CLASSIFIER = RealMLPClassifier(device="cpu"), TabMClassifier(device="cpu")
CHAIN = ChainMLPClassifier(device="cpu")


@pytest.mark.parametrize(
    ("estimator", "changes", "allowed"),
    [
        (REAL_MLP, {"variant": "tiny"}, "a str among .*'small'"),
        (REAL_MLP, {"numeric_embedding": "none at all"}, "a str among .*'periodic'"),
        (REAL_MLP, {"activation": "foo"}, "a str among .*'selu'"),
        (REAL_MLP, {"selection": "squared_error"}, "a str among .*'log_loss'"),
        (RealMLPRegressor(), {"selection": "foo"}, "a str among .*'absolute_error'"),
        (RealMLPRegressor(), {"loss": "foo"}, "a str among .*'absolute_error'"),
        (REAL_MLP, {"dropout": 1.0}, r"a float in the range \[0.0, 1.0\)"),
        (REAL_MLP, {"learning_rate": -1}, r"a float in the range \(0.0, inf\)"),
        (REAL_MLP, {"label_smoothing": 2}, r"a float in the range \[0.0, 1.0\)"),
        (REAL_MLP, {"validation_fraction": 1.0}, r"a float in the range \[0.0, 1.0\)"),
        (REAL_MLP, {"batch_size": 0}, r"an int in the range \[1, inf\)"),
        (REAL_MLP, {"n_epochs": 0}, r"an int in the range \[1, inf\)"),
        (
            REAL_MLP,
            {"hidden_sizes": (8, 0)},
            r"a sequence, each .* is an int in the range \[1, inf",
        ),
        (REAL_MLP, {"hidden_sizes": 8}, r"a sequence, each element of which is an int"),
        (REAL_MLP, {"embedding_size": 0}, r"an int in the range \[1, inf\)"),
        (REAL_MLP, {"categorical_features": (-1,)}, r"a sequence, .* in the range \[0, inf\)"),
        (
            REAL_MLP,
            {"n_jobs": 0},
            r"an int .* \[1, inf\), an int in the range \(-inf, -1\] or None",
        ),
        (REAL_MLP, {"random_state": "seed"}, "an int in the range"),
        (TABM_CLASSIFIER, {"numeric_embedding": "periodic"}, "a str among .*'none'"),
        (TABM_CLASSIFIER, {"batch_size": -3}, r"an int in the range \[1, inf\) or None"),
        (TABM_CLASSIFIER, {"learning_rate": None}, "a float in the range"),
        (TABM_CLASSIFIER, {"k": 0}, "an int in the range"),
        (TABM_CLASSIFIER, {"width": 0}, "an int in the range"),
        (TABM_CLASSIFIER, {"n_bins": 0}, "an int in the range"),
        (TABM_CLASSIFIER, {"patience": -1}, "an int in the range"),
        (CHAIN, {"rate_schedule": "foo"}, "a str among .*'cosine'"),
    ],
    ids=str,
)
def test_parameter_errors_name_parameter_constraint_and_value(
    estimator: Any, changes: dict[str, Any], allowed: str
) -> None:
    ((name, value),) = changes.items()
    model = clone(estimator).set_params(**changes)
    kind = type(model).__name__
    match = f"The '{name}' parameter of {kind} must be {allowed}.* Got {re.escape(repr(value))}"
    X, y = classes()
    with pytest.raises(ValueError, match=match):
        model.fit(X, y)
    with pytest.raises(ValueError, match=match):
        model.fit_together([model], [(X, y, None)], None)


@pytest.mark.parametrize(
    ("link", "match"),
    [
        (
            {"width": 0},
            r"'width' parameter of LayerSpec must be an int in the range \[1, inf\). Got 0",
        ),
        (
            {"width": 4, "dropout": 1.5},
            r"'dropout' parameter of LayerSpec .* \[0.0, 1.0\). Got 1.5",
        ),
        ({"width": 4, "connection": "foo"}, "'connection' parameter of LayerSpec .* Got 'foo'"),
        (
            {"width": 4, "normalisation": "foo"},
            "'normalisation' parameter of LayerSpec .* Got 'foo'",
        ),
        ({"width": 4, "activation": "foo"}, "'activation' parameter of LayerSpec .* Got 'foo'"),
    ],
)
def test_layer_errors_name_parameter_constraint_and_value(link: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        ChainMLPClassifier(links=[link], device="cpu").fit(*classes())


def test_categorical_features_must_exist() -> None:
    model = RealMLPClassifier(categorical_features=(1, 9), device="cpu")
    with pytest.raises(ValueError, match=r"contains \[9\], but X has only 5 columns. .* below 5"):
        model.fit(*classes())


def test_unknown_device_is_rejected() -> None:
    with pytest.raises(ValueError, match=r"device must be 'auto', 'cpu'.* Got 'gpu'"):
        RealMLPClassifier(device="gpu").fit(*classes())
