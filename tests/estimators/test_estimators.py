from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris, make_classification
from sklearn.metrics import make_scorer, mean_absolute_error
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autoskl import AutoClassifier, AutoRegressor
from autoskl.core.errors import AllowanceWarning, DataWarning


def quick(kind=AutoClassifier, **parameters):
    defaults = {"n_trials": 2, "time_limit": None, "random_state": 0, "n_jobs": 1}
    return kind(**{**defaults, **parameters})


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(return_X_y=True)


def test_fitted_attributes(iris):
    model = quick(n_trials=3).fit(*iris)
    assert list(model.leaderboard_["trial"].sort_values()) == [0, 1, 2, 3]
    assert model.leaderboard_["ensemble_weight"].sum() == pytest.approx(1.0)
    assert model.best_score_ == pytest.approx(model.leaderboard_["score"].max(), abs=0.2)
    assert model.failures_.empty
    assert len(model.history_) == 4
    assert {"params", "mean_test_score", "rank_test_score"} <= set(model.cv_results_)
    pd.DataFrame(model.cv_results_)
    assert model.n_features_in_ == 4
    np.testing.assert_array_equal(model.classes_, [0, 1, 2])


def test_shapes_of_predictions(iris, diabetes):
    X, y = iris
    classifier = quick().fit(X, y)
    probabilities = classifier.predict_proba(X[:7])
    assert probabilities.shape == (7, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    np.testing.assert_array_equal(
        classifier.predict(X[:7]), classifier.classes_[probabilities.argmax(axis=1)]
    )
    assert classifier.score(X, y) > 0.9
    X, y = diabetes
    regressor = quick(AutoRegressor).fit(X, y)
    assert regressor.predict(X[:7]).shape == (7,)
    assert regressor.score(X, y) > 0.4


def test_labels_keep_their_type(iris):
    X, y = iris
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    assert set(quick().fit(X, names).predict(X)) <= set(names)
    booleans = quick().fit(X, y == 1).predict(X)
    assert booleans.dtype == bool


def test_a_clone_fits_the_same_model(iris):
    X, y = iris
    model = quick(scoring="accuracy", ensemble_size=5)
    first, second = model.fit(X, y), clone(model).fit(X, y)
    np.testing.assert_array_equal(first.predict_proba(X), second.predict_proba(X))
    other = quick(random_state=1).fit(X, y)
    assert not np.array_equal(first.predict_proba(X), other.predict_proba(X))


def test_a_pickle_predicts_the_same_in_a_fresh_process(iris, tmp_path):
    X, y = iris
    model = quick(n_trials=3).fit(X, y)
    (tmp_path / "model.pickle").write_bytes(pickle.dumps(model))
    np.save(tmp_path / "X.npy", X)
    code = """
        import pickle, sys, pathlib, numpy as np
        folder = pathlib.Path(sys.argv[1])
        model = pickle.loads((folder / "model.pickle").read_bytes())
        np.save(folder / "p.npy", model.predict_proba(np.load(folder / "X.npy")))
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code), tmp_path], check=True)
    np.testing.assert_array_equal(np.load(tmp_path / "p.npy"), model.predict_proba(X))


def test_a_pickle_holds_no_training_row():
    X = np.random.default_rng(0).normal(size=(150, 3))
    X[7] = [123456.125, 654321.125, 987654.125]
    y = (X[:, 0] > 0).astype(int)
    model = quick(n_trials=1, include=["linear"]).fit(X, y)
    assert X[7].tobytes() not in pickle.dumps(model)


def test_in_pipeline_and_cross_validation(iris):
    X, y = iris
    pipeline = make_pipeline(StandardScaler(), quick(n_trials=1))
    assert pipeline.fit(X, y).score(X, y) > 0.9
    assert cross_val_score(pipeline, X, y, cv=3).mean() > 0.9


def test_in_grid_search(iris):
    search = GridSearchCV(quick(), {"n_trials": [1, 2]}, cv=2).fit(*iris)
    assert search.best_score_ > 0.9


def test_from_a_script_without_a_main_guard_in_parallel(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            from sklearn.datasets import load_iris
            from sklearn.model_selection import GridSearchCV, cross_val_score
            from autoskl import AutoClassifier
            X, y = load_iris(return_X_y=True)
            model = AutoClassifier(n_trials=2, time_limit=None, random_state=0)
            print(model.set_params(n_jobs=2).fit(X, y).score(X, y) > 0.9)
            model.set_params(n_jobs=None)
            search = GridSearchCV(model, {"n_trials": [1, 2]}, cv=2, n_jobs=2).fit(X, y)
            print(search.best_score_ > 0.9)
            print(cross_val_score(model, X, y, cv=2, n_jobs=2).mean() > 0.9)
            """
        )
    )
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.split() == ["True"] * 3, done.stderr


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_number_of_workers_does_not_change_the_model(iris, n_jobs):
    X, y = iris
    model = quick(n_trials=8, n_jobs=n_jobs).fit(X, y)
    reference = quick(n_trials=8).fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), reference.predict_proba(X))


def test_a_fit_with_a_time_limit_and_workers(iris):
    model = AutoClassifier(time_limit=4, random_state=0, n_jobs=2).fit(*iris)
    assert model.score(*iris) > 0.9


@pytest.mark.parametrize(
    "scoring",
    ["roc_auc_ovr", "balanced_accuracy", lambda model, X, y: (model.predict(X) == y).mean()],
)
def test_scorers(iris, scoring):
    model = quick(n_trials=1, scoring=scoring).fit(*iris)
    assert model.best_score_ > 0.9


def test_a_scorer_with_greater_is_better_false(diabetes):
    scorer = make_scorer(mean_absolute_error, greater_is_better=False)
    by_scorer = quick(AutoRegressor, scoring=scorer).fit(*diabetes)
    by_name = quick(AutoRegressor, scoring="neg_mean_absolute_error").fit(*diabetes)
    assert by_scorer.best_score_ == pytest.approx(by_name.best_score_, rel=0.01)


@pytest.mark.parametrize("scoring", [{"a": "accuracy"}, ["accuracy"]])
def test_several_metrics_are_an_error(iris, scoring):
    with pytest.raises(ValueError, match="scoring"):
        quick(scoring=scoring).fit(*iris)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"scoring": "acuracy"}, "accuracy"),
        ({"include": ["lightgmb"]}, "lightgbm"),
        ({"exclude": {"model": ["liner"]}}, "linear"),
        ({"search": "smack"}, "smac"),
        ({"time_limit": -1}, "time_limit"),
        ({"n_trials": None}, "never end"),
        ({"n_jobs": 0}, "n_jobs must not be 0"),
        ({"memory_limit": "much"}, "memory_limit must be"),
        ({"cv": 1}, "cv"),
        ({"store": 3}, "store"),
    ],
)
def test_invalid_parameters_are_named(iris, parameters, message):
    with pytest.raises(ValueError, match=message):
        quick(**parameters).fit(*iris)


def test_any_splitter_and_iterable(iris):
    X, y = iris
    for cv in (3, KFold(3, shuffle=True, random_state=0), [(np.arange(0, 150, 2), np.arange(9))]):
        assert quick(n_trials=1, cv=cv).fit(X, y).score(X, y) > 0.8


def test_groups_are_kept_together(iris):
    X, y = iris
    groups = np.arange(150) % 30
    assert quick(n_trials=1).fit(X, y, groups=groups).score(X, y) > 0.9


def test_class_weight_moves_the_predictions():
    X, y = make_classification(400, weights=[0.9], flip_y=0.2, random_state=0)
    plain = quick(n_trials=1).fit(X, y).predict(X).mean()
    balanced = quick(n_trials=1, class_weight="balanced").fit(X, y).predict(X).mean()
    assert balanced > plain


def test_rows_of_weight_zero_are_ignored(iris):
    X, y = iris
    noise = np.concatenate([X, X])
    labels = np.concatenate([y, (y + 1) % 3])
    weights = np.repeat([1.0, 0.0], 150)
    model = quick(n_trials=1).fit(noise, labels, sample_weight=weights)
    expected = quick(n_trials=1).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), expected.predict_proba(X), atol=1e-8)


def test_one_class_and_a_constant_target_give_the_constant_model(iris):
    X, _ = iris
    classifier = quick().fit(X, np.full(150, "a"))
    assert set(classifier.predict(X)) == {"a"}
    np.testing.assert_array_equal(classifier.predict_proba(X), np.ones((150, 1)))
    regressor = quick(AutoRegressor).fit(X, np.full(150, 2.5))
    np.testing.assert_allclose(regressor.predict(X), 2.5)


def test_a_tiny_time_limit_warns_and_gives_the_constant_model(iris):
    with pytest.warns(AllowanceWarning, match="No model but the constant one"):
        model = AutoClassifier(time_limit=0.001, random_state=0, n_jobs=1).fit(*iris)
    assert model.predict_proba(iris[0][:3]).shape == (3, 3)


@pytest.mark.parametrize("n_rows", [1, 2, 3, 5])
def test_very_few_rows(n_rows):
    X, y = np.arange(n_rows, dtype=float)[:, None], np.arange(n_rows) % 2
    assert quick().fit(X, y).predict(X).shape == (n_rows,)
    assert quick(AutoRegressor).fit(X, y.astype(float)).predict(X).shape == (n_rows,)


def test_a_mixed_table_of_dirty_columns():
    rng = np.random.default_rng(0)
    n = 200
    frame = pd.DataFrame(
        {
            "number": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
            "infinite": np.where(rng.random(n) < 0.05, np.inf, rng.normal(size=n)),
            "city": rng.choice(["Rome", "Oslo", "Lima"], n),
            "flag": rng.random(n) < 0.5,
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, n), "D"),
            "empty": np.nan,
            'we{ird "name"': rng.integers(0, 5, n),
        }
    )
    y = (frame["number"].fillna(0) + (frame["city"] == "Rome") > 0.5).astype(int)
    with pytest.warns(DataWarning, match="infinite"):
        model = quick(n_trials=6).fit(frame, y)
    new = frame.sample(frac=1, random_state=0).reset_index(drop=True)
    new.loc[0, "city"] = "Atlantis"
    new.loc[1, "flag"] = False
    assert np.isfinite(model.predict_proba(new)).all()
    assert model.score(frame, y) > 0.8
    reordered = model.predict_proba(frame[frame.columns[::-1]])
    np.testing.assert_array_equal(reordered, model.predict_proba(frame))
    with pytest.warns(DataWarning, match="ignored: 'more'"):
        model.predict(frame.assign(more=1))
    with pytest.raises(ValueError, match="city"):
        model.predict(frame.drop(columns="city"))
    assert model.predict(frame.iloc[:0]).shape == (0,)


def test_sparse_tables(iris):
    X, y = iris
    model = quick(n_trials=3).fit(sparse.csr_matrix(X), y)
    np.testing.assert_allclose(
        model.predict_proba(sparse.coo_array(X)), model.predict_proba(sparse.csr_array(X))
    )


def test_bad_targets_raise_scikit_learns_errors(iris):
    X, y = iris
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        quick().fit(X, y[:-1])
    with pytest.raises(ValueError, match="contains NaN"):
        quick(AutoRegressor).fit(X, np.where(y == 1, np.nan, y.astype(float)))
    with pytest.raises(ValueError, match="infinity"):
        quick(AutoRegressor).fit(X, np.where(y == 1, np.inf, y.astype(float)))
    with pytest.raises(ValueError, match="Complex data not supported"):
        quick().fit(X.astype(complex), y)
    with pytest.raises(ValueError, match="at least one non-zero"):
        quick().fit(X, y, sample_weight=np.zeros(150))
    with pytest.raises(ValueError, match="Unknown label type"):
        quick().fit(X, X[:, 0])


def test_progress_is_shown_only_with_verbose(iris, capsys):
    quick(verbose=1).fit(*iris)
    assert "autoskl:" in capsys.readouterr().err
    quick().fit(*iris)
    assert capsys.readouterr().err == ""


def rare(n_rare, n_rows=300):
    y = np.zeros(n_rows, int)
    y[:n_rare] = 1
    return np.random.default_rng(0).normal(size=(n_rows, 3)) + y[:, np.newaxis], y


def test_folds_on_which_the_metric_is_undefined_are_ignored():
    X, y = rare(4)
    with pytest.warns(DataWarning, match="roc_auc is undefined on 1 of 5 folds") as caught:
        model = quick(scoring="roc_auc", n_trials=3).fit(X, y)
    assert {warning.filename for warning in caught} == {__file__}
    assert 0.5 < model.best_score_ <= 1
    assert model.leaderboard_["score"].between(0.4, 1).all()
    boosted = model.leaderboard_[model.leaderboard_["model"] == "lightgbm"]
    assert (boosted["folds"] > 1).all()


def test_user_defined_folds_with_one_class_are_ignored():
    X, y = rare(100)
    cv = [(np.arange(150, 300), np.arange(150)), (np.arange(150), np.arange(150, 300))]
    with pytest.warns(DataWarning, match="undefined on 1 of 2 folds"):
        model = quick(scoring="roc_auc", cv=cv).fit(X, y)
    assert np.isfinite(model.best_score_)


def test_a_metric_that_needs_all_classes_in_the_held_out_rows_is_rejected():
    X, y = rare(30, 60)
    y[-1] = 2
    with (
        pytest.warns(DataWarning, match="A class has a single row"),
        pytest.raises(ValueError, match=r"'roc_auc_ovr' cannot be computed.*1 of the classes"),
    ):
        quick(scoring="roc_auc_ovr").fit(X, y)


@pytest.mark.parametrize("row", [-1, 60])
def test_rows_of_a_split_that_do_not_exist_are_named(row):
    X, y = rare(30, 60)
    with pytest.raises(ValueError, match=f"cv has the row index {row}, but X has 60 rows"):
        quick(cv=[(np.arange(40), np.array([50, row]))]).fit(X, y)


def test_a_test_set_of_weight_zero_is_rejected():
    X, y = rare(30, 60)
    weight = np.repeat([0.0, 1.0], [20, 40])
    with pytest.raises(ValueError, match="rows with sample_weight 0 are left out"):
        quick(cv=KFold(3)).fit(X, y, sample_weight=weight)


def test_negative_class_weights_are_rejected():
    with pytest.raises(ValueError, match="class_weight must not be negative"):
        quick(class_weight={0: -1, 1: 1}).fit(*rare(30))


def test_sample_weight_may_be_a_single_number():
    X, y = rare(30)
    model = quick().fit(X, y, sample_weight=3)
    expected = quick().fit(X, y, sample_weight=np.full(len(y), 3)).predict_proba(X)
    np.testing.assert_array_equal(model.predict_proba(X), expected)


def test_a_failed_fit_keeps_the_previous_model(iris):
    X, y = iris
    model = quick().fit(X, np.array(["a", "b", "c"])[y])
    before = model.predict(X)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.fit(X, np.arange(149) % 2)
    np.testing.assert_array_equal(model.predict(X), before)


@pytest.mark.parametrize("values", [[True, False], [1, 2]])
def test_labels_in_an_object_array_can_be_scored(iris, values):
    X, y = iris[0][:100], np.array(values)[iris[1][:100]]
    with pytest.warns(DataWarning, match=r"which the scorers of scikit-learn reject"):
        model = quick().fit(X, y.astype(object))
    assert model.score(X, y.astype(object)) == model.score(X, y) == 1.0


@pytest.mark.parametrize("output", ["pandas", "default"])
def test_set_output_configuration_does_not_change_the_model(iris, output):
    X, y = iris
    expected = quick().fit(X, y).predict_proba(X)
    with config_context(transform_output="pandas"):
        model = quick().fit(X, y)
        assert model.failures_.empty
        np.testing.assert_array_equal(model.predict_proba(X), expected)
        np.testing.assert_allclose(model.to_sklearn().predict_proba(X), expected)


def test_an_exported_ensemble_has_a_short_repr(iris, diabetes):
    assert len(repr(quick().fit(*iris).to_sklearn())) < 2_000
    assert "FoldRegressor(" in repr(quick(AutoRegressor).fit(*diabetes).to_sklearn())


def test_progress_needs_no_stderr(iris, monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    quick(verbose=1).fit(*iris)


@pytest.mark.parametrize("name", ["run_directory", "store"])
def test_an_empty_path_is_rejected(iris, name):
    with pytest.raises(ValueError, match=f"{name} is empty"):
        quick(**{name: ""}).fit(*iris)


def test_weights_of_zero_with_every_sparse_format(iris):
    X, y = iris
    weight = np.ones(len(y))
    weight[::7] = 0
    for form in ("coo", "bsr", "dok"):
        table = getattr(sparse, f"{form}_array")(X)
        quick().fit(table, y, sample_weight=weight)
