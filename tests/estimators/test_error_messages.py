"""Errors and warnings about parameters and data name what the user passed."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_classification
from sklearn.metrics import make_scorer
from sklearn.model_selection import StratifiedKFold

from autoskl import AutoClassifier, AutoRegressor
from autoskl.core.errors import AllowanceWarning, MemoryLimitWarning
from autoskl.estimators.parameters import resolve_memory

X, Y = make_classification(n_samples=60, n_features=4, random_state=0)
NAMES = np.array(["no", "yes"])[Y]


def quick(kind=AutoClassifier, **parameters):
    defaults = {"n_trials": 1, "time_limit": None, "random_state": 0, "n_jobs": 1, "cv": 2}
    return kind(**{"include": ["linear"], **defaults, **parameters})


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"search_space": 1}, r"search_space must be a Space.* Got 1"),
        ({"search_space": {}}, "search_space must be a Space"),
        ({"include": [1]}, r"include must be a list of names.* Got \[1\]"),
        ({"include": {"model": 1}}, "include must be a list of names"),
        ({"exclude": {1: ["linear"]}}, "exclude must be a list of names"),
        ({"class_weight": {0: 0, 1: 0}}, "class_weight=.* leaves no row"),
        ({"class_weight": {0: np.nan, 1: 1}}, "class_weight must hold finite numbers"),
        ({"class_weight": {0: "a", 1: 1}}, "class_weight must hold finite numbers"),
        ({"ensemble_size": 10_001}, r"'ensemble_size'.* in the range \[1, 10000\]"),
        ({"cv": [(np.ones(50, bool), np.ones(60, bool))]}, r"cv has a mask of shape \(50,\)"),
        ({"search": int}, r"search=.*int.* cannot be called as search\(space, ladder"),
    ],
)
def test_invalid_parameters_are_named(parameters, message):
    with pytest.raises((ValueError, TypeError), match=message):
        quick(**parameters).fit(X, Y)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (np.array([None, "a"], dtype=object)[Y], "groups lacks .* of 60 values"),
        (np.where(Y, 1.0, np.nan), "groups lacks"),
        (np.array([1, "a"], dtype=object)[Y], "groups holds values.* of the types int, str"),
        (np.c_[Y, Y], r"groups must have one value .* shape \(60, 2\)"),
    ],
)
def test_invalid_groups_are_rejected(groups, message):
    with pytest.raises(ValueError, match=message):
        quick().fit(X, Y, groups=groups)


def test_a_polars_lazy_frame_is_rejected_with_advice():
    polars = pytest.importorskip("polars")
    table = polars.DataFrame(X)
    with pytest.raises(TypeError, match=r"LazyFrame.*X\.collect\(\)"):
        quick().fit(table.lazy(), Y)
    model = quick().fit(table, Y)
    with pytest.raises(TypeError, match=r"LazyFrame.*X\.collect\(\)"):
        model.predict(table.lazy())


@pytest.mark.parametrize("limit", ["0", "0 GB", "4 gigs", "4iB", True, 0.5])
def test_invalid_memory_limits_are_rejected(limit):
    with pytest.raises(ValueError, match=r"memory_limit must be .* Got"):
        resolve_memory(limit)


def test_units_of_memory_limits():
    limits = {"4": 4, "1 K": 2**10, "2kb": 2**11, "1.5 MiB": 3 * 2**19, "4GiB": 2**32, 7.0: 7}
    assert {limit: resolve_memory(limit) for limit in limits} == limits


def test_too_little_memory_warns_with_the_amount_needed():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        quick(memory_limit="1 KB").fit(X, Y)
    messages = {warning.category: str(warning.message) for warning in caught}
    assert re.search("No model but the constant .* at least .* MB", messages[MemoryLimitWarning])
    assert AllowanceWarning not in messages


@pytest.mark.parametrize(
    ("kind", "scoring", "message"),
    [
        (AutoRegressor, lambda e, X, y: 1 / 0, "(?s)'<lambda>' cannot be .*ZeroDivisionError: div"),
        (AutoRegressor, lambda e, X, y: e.classes_, "a regressor object has no attribute"),
        (AutoRegressor, "neg_mean_gamma_deviance", "'neg_mean_gamma_deviance' cannot be computed"),
        (AutoRegressor, lambda e, X, y: np.nan, "'<lambda>' returned nan for a constant model"),
    ],
)
def test_a_scorer_that_always_fails_is_named(kind, scoring, message):
    with pytest.raises(ValueError, match=message):
        quick(kind, scoring=scoring).fit(X, X[:, 0])


def correlation(y, predicted):
    return np.corrcoef(y, predicted)[0, 1] if np.ptp(predicted) else np.nan


def precision(y, predicted):
    return int(np.sum(y * predicted)) / int(np.sum(predicted))


@pytest.mark.parametrize(
    ("kind", "score"), [(AutoRegressor, correlation), (AutoClassifier, precision)]
)
def test_a_scorer_may_be_undefined_for_a_constant(kind, score):
    y = X[:, 0] + X[:, 1] if kind is AutoRegressor else np.where(np.arange(60) % 3, 0, 1)
    model = quick(kind, scoring=make_scorer(score)).fit(X, y)
    scores = model.leaderboard_.set_index("model")["score"]
    assert np.isfinite(scores).all()
    assert scores["constant"] <= 0.2
    with pytest.warns(AllowanceWarning, match="No model but the constant one") as caught:
        alone = quick(kind, scoring=make_scorer(score), n_trials=0).fit(X, y)
    assert alone.predict(X).shape == (60,)
    assert {warning.filename for warning in caught} == {__file__}


class Watching(StratifiedKFold):
    """Two folds; remembers the target."""

    def split(self, X, y=None, groups=None):
        type(self).seen = y
        return super().split(X, y, groups)


def test_a_splitter_gets_the_users_labels():
    quick(cv=Watching(2)).fit(X, NAMES)
    np.testing.assert_array_equal(Watching.seen, NAMES)
    series = pd.Series(NAMES, index=np.arange(60) + 7, name="answer", dtype="category")
    quick(cv=Watching(2)).fit(X, series, sample_weight=np.r_[0, np.ones(59)])
    pd.testing.assert_series_equal(Watching.seen, series.astype(object), check_dtype=False)
    quick(AutoRegressor, cv=[(np.arange(40), np.arange(40, 60))]).fit(X, X[:, 0])


def test_categories_that_are_numbers_need_no_conversion():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = quick().fit(X, pd.Series(pd.Categorical(Y)))
    assert model.classes_.tolist() == [0, 1]


def test_logarithms_of_probabilities():
    model = quick().fit(X, NAMES)
    logarithms = model.predict_log_proba(X)
    np.testing.assert_allclose(np.exp(logarithms), model.predict_proba(X))
