from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from autoskl.core.errors import DataWarning
from autoskl.tables.columns import Kind
from autoskl.tables.encoder import RawTableEncoder
from tests.tables.strategies import LAW, as_frame, rows


@parametrize_with_checks([RawTableEncoder()])
def test_it_is_a_scikit_learn_transformer(estimator, check) -> None:
    check(estimator)


def same(one, other) -> None:
    np.testing.assert_array_equal(one, other)
    assert one.dtype == other.dtype


@LAW
@given(rows(), st.randoms(use_true_random=False))
def test_the_order_of_the_training_rows_does_not_matter(table: list, random) -> None:
    shuffled = table.copy()
    random.shuffle(shuffled)
    first, second = (RawTableEncoder().fit(as_frame(part)) for part in (table, shuffled))
    assert first.columns_ == second.columns_
    assert first.repairs_ == second.repairs_
    same(first.transform(as_frame(table)), second.transform(as_frame(table)))


@LAW
@given(rows())
def test_the_container_does_not_matter(table: list) -> None:
    frame = as_frame(table)
    expected = RawTableEncoder().fit_transform(frame)
    objects = frame.to_numpy(dtype=object)
    same(RawTableEncoder().fit_transform(objects), expected)
    same(RawTableEncoder().fit_transform(np.asfortranarray(objects)), expected)
    same(RawTableEncoder().fit(frame).transform(objects), expected)
    same(RawTableEncoder().fit(objects).transform(frame), expected)


@LAW
@given(rows())
def test_columns_are_matched_by_name(table: list) -> None:
    frame = as_frame(table)
    encoder = RawTableEncoder().fit(frame)
    changed = frame[frame.columns[::-1]].assign(further=1)
    same(encoder.transform(changed), encoder.transform(frame))


@LAW
@given(rows(), rows())
def test_later_tables_are_read_without_failing(table: list, later: list) -> None:
    width = min(len(table[0]), len(later[0]))
    encoder = RawTableEncoder().fit(as_frame([row[:width] for row in table]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        encoded = encoder.transform(as_frame([row[:width] for row in later]))
    assert encoded.shape == (len(later), len(encoder.columns_))
    assert not np.isinf(encoded).any()
    for values, column in zip(encoded.T, encoder.columns_, strict=True):
        if column.n_levels:
            known = values[~np.isnan(values)]
            assert ((known >= 0) & (known < column.n_levels)).all()


@LAW
@given(rows())
def test_pickled_encoders_encode_alike(table: list) -> None:
    encoder = RawTableEncoder().fit(as_frame(table))
    copy = pickle.loads(pickle.dumps(encoder))
    same(copy.transform(as_frame(table)), encoder.transform(as_frame(table)))
    assert copy.columns_ == encoder.columns_


@LAW
@given(rows())
def test_rows_are_encoded_independently(table: list) -> None:
    encoder = RawTableEncoder().fit(as_frame(table))
    parts = [encoder.transform(as_frame([row])) for row in table]
    same(np.vstack(parts), encoder.transform(as_frame(table)))


@pytest.fixture
def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": pd.array([31, None, 8, 60], dtype="Int64"),
            "member": [True, False, True, True],
            "team": ["red", "blue", "red", None],
            "since": pd.to_datetime(["1970-01-02", "1970-01-01", None, "1970-01-03"]),
            "empty": None,
            "country": "IS",
        }
    )


def test_a_table_of_all_kinds(people: pd.DataFrame) -> None:
    encoder = RawTableEncoder().fit(people)
    nan = np.nan
    expected = [[31, 1, 1, 86400], [nan, 0, 0, 0], [8, 1, 1, nan], [60, 1, nan, 172800]]
    np.testing.assert_array_equal(encoder.transform(people), expected)
    assert [column.kind for column in encoder.columns_] == [
        Kind.NUMERIC,
        Kind.BOOLEAN,
        Kind.CATEGORICAL,
        Kind.DATETIME,
    ]
    assert encoder.get_feature_names_out().tolist() == ["age", "member", "team", "since"]
    assert encoder.feature_names_in_.tolist() == list(people.columns)
    assert encoder.n_features_in_ == 6
    assert encoder.dropped_ == {"empty": "empty", "country": "constant"}
    assert encoder.repairs_ == ["columns without any usable value were dropped: 'empty'"]


def test_the_table_of_the_user_is_not_modified(people: pd.DataFrame) -> None:
    before = people.copy(deep=True)
    encoded = RawTableEncoder().fit_transform(people)
    encoded[:] = -1
    pd.testing.assert_frame_equal(people, before)


def test_unseen_values_are_missing(people: pd.DataFrame) -> None:
    encoder = RawTableEncoder().fit(people)
    later = people.iloc[:1].assign(team="green", member="perhaps", age="old", since=None)
    with pytest.warns(DataWarning, match="'age' .*'member'"):
        assert np.isnan(encoder.transform(later)).all()


def test_a_column_of_unseen_categories_is_named(people: pd.DataFrame) -> None:
    encoder = RawTableEncoder().fit(people)
    later = people.assign(team=["Red", "Blue", "?", None])
    message = r"All values of 'team' \('Blue', in fit 'blue'\) are categories that fit did not have"
    with pytest.warns(DataWarning, match=message):
        assert np.isnan(encoder.transform(later)[:, 2]).all()
    for known in (["Red", "Blue", "red", None], ["Red", "?", "Red", None], [None, "?", "", "-"]):
        encoder.transform(people.assign(team=known))


def test_a_missing_column_is_named(people: pd.DataFrame) -> None:
    encoder = RawTableEncoder().fit(people)
    with pytest.raises(ValueError, match=r"yet now missing: 'age', 'team'"):
        encoder.transform(people.drop(columns=["age", "team"]))
    assert encoder.transform(people.drop(columns="country")).shape == (4, 4), "it was dropped"


def test_columns_without_names_are_matched_by_position(people: pd.DataFrame) -> None:
    encoder = RawTableEncoder().fit(people)
    same(encoder.transform(people.to_numpy()), encoder.transform(people))
    with pytest.raises(ValueError, match="X has 2 features, but RawTableEncoder is expecting 6"):
        encoder.transform(people.to_numpy()[:, :2])


@pytest.mark.parametrize("wrap", [lambda frame: frame, pd.DataFrame.to_numpy])
def test_empty_tables_are_encoded_as_empty_arrays(people: pd.DataFrame, wrap) -> None:
    assert RawTableEncoder().fit(people).transform(wrap(people.iloc[:0])).shape == (0, 4)


@pytest.mark.parametrize(
    "columns",
    [
        ["a", "a", "b"],
        [0, "0", 1],
        [("a", 1), ("a", 2), "b"],
        pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)]),
        ['["{}"]', "größe <1>", "名"],
        [None, np.nan, pd.Timestamp("2020-01-01")],
        [3, 2, 1],
    ],
    ids=str,
)
def test_unusual_column_names_are_supported(columns) -> None:
    frame = pd.DataFrame([[1, 2, "x"], [3, 5, "y"]], columns=columns)
    encoder = RawTableEncoder().fit(frame)
    np.testing.assert_array_equal(encoder.transform(frame), [[1, 2, 0], [3, 5, 1]])
    names = encoder.get_feature_names_out()
    assert len(set(names)) == 3
    strings = all(isinstance(name, str) for name in columns)
    assert hasattr(encoder, "feature_names_in_") is strings


@pytest.mark.parametrize("columns", [["a", np.nan], [1.0, np.nan], [("a", 1), ("a", np.nan)]])
def test_missing_column_names_are_matched_after_pickling(columns: list) -> None:
    frame = pd.DataFrame([[1, 2], [3, 5]], columns=columns)
    encoder = RawTableEncoder().fit(frame)
    encoder, frame = pickle.loads(pickle.dumps((encoder, frame)))
    np.testing.assert_array_equal(encoder.transform(frame[frame.columns[::-1]]), [[1, 2], [3, 5]])


def test_refitting_forgets_the_names() -> None:
    encoder = RawTableEncoder().fit(pd.DataFrame({"a": [1, 2]}))
    assert not hasattr(encoder.fit(np.eye(2)), "feature_names_in_")


def test_listed_features_are_categorical() -> None:
    frame = pd.DataFrame({"zip": [200, 100, 300], "n": [1, 2, 3]})
    encoder = clone(RawTableEncoder(categorical_features=["zip"])).fit(frame)
    assert encoder.columns_[0].kind is Kind.CATEGORICAL
    np.testing.assert_array_equal(encoder.transform(frame.assign(zip="300.0"))[:, 0], np.nan)
    np.testing.assert_array_equal(encoder.transform(frame.assign(zip="300"))[:, 0], 2)
    with pytest.raises(ValueError, match="Did you mean 'zip'"):
        RawTableEncoder(categorical_features=["zipp"]).fit(frame)


def test_infinite_and_huge_values_are_missing() -> None:
    huge = pd.Series([10**400, 1, 2], dtype=object)
    frame = pd.DataFrame({"a": [np.inf, 1, 2], "b": huge, "c": [-np.inf, 0.5, 1]})
    encoder = RawTableEncoder().fit(frame)
    assert np.isnan(encoder.transform(frame)[0]).all()
    assert encoder.repairs_ == [
        "values that are infinite or beyond 3.4e38 were treated as missing in 'a', 'b', 'c'"
    ]
    assert all(column.has_missing for column in encoder.columns_)


def test_arrays_that_hold_dicts_are_rejected() -> None:
    table = np.array([[1.0, {}], [2.0, 3.0]], dtype=object)
    with pytest.raises(TypeError, match=r"argument must be .* string.* number, not 'dict'"):
        RawTableEncoder().fit(table)
    assert RawTableEncoder().fit(pd.DataFrame(table)).repairs_ == [
        "lists, dicts and the like were read as text categories in '1'"
    ]


def test_tuples_that_hold_lists_are_categories() -> None:
    frame = pd.DataFrame({"a": pd.Series([(1, [2]), (1, [3]), (1, [2])], dtype=object)})
    encoder = RawTableEncoder().fit(frame)
    assert encoder.repairs_ == ["lists, dicts and the like were read as text categories in 'a'"]
    np.testing.assert_array_equal(encoder.transform(frame[::-1]), [[0], [1], [0]])
    numbers = RawTableEncoder().fit(pd.DataFrame({"a": [1.5, 2, 3]}))
    with pytest.warns(DataWarning, match="'a'"):
        assert np.isnan(numbers.transform(frame)).all()


def test_sparse_tables_stay_sparse() -> None:
    table = sparse.random_array((30, 8), density=0.3, rng=np.random.default_rng(0))
    encoder = RawTableEncoder().fit(table)
    assert isinstance(encoder.transform(table), sparse.csr_array)
    assert encoder.columns_ == ()


def test_the_output_ignores_the_global_set_output_configuration(people: pd.DataFrame) -> None:
    with sklearn.config_context(transform_output="pandas"):
        assert isinstance(RawTableEncoder().fit_transform(people), np.ndarray)


def test_it_is_the_first_step_of_a_pipeline(people: pd.DataFrame) -> None:
    pipeline = make_pipeline(RawTableEncoder(), DecisionTreeClassifier(random_state=0))
    pipeline.fit(people, [0, 1, 0, 1])
    assert pipeline.predict(people).tolist() == [0, 1, 0, 1]


def test_unfitted_encoders_raise_not_fitted_error() -> None:
    with pytest.raises(NotFittedError, match="not fitted yet"):
        RawTableEncoder().transform(np.eye(2))
    with pytest.raises(NotFittedError, match="not fitted yet"):
        RawTableEncoder().get_feature_names_out()


def test_every_column_has_a_kind() -> None:
    n = 200
    numbers = np.arange(n)
    frame = pd.DataFrame(
        {
            "numeric": numbers / 7,
            "boolean": numbers % 2 == 0,
            "ordinal": pd.Categorical(["s", "l"] * 100, ["s", "l"], ordered=True),
            "categorical": ["u", "v"] * 100,
            "high-cardinality": [f"k{k % 90}" for k in numbers],
            "datetime": pd.Timestamp("2020-01-01") + pd.to_timedelta(numbers, "h"),
            "timedelta": pd.to_timedelta(numbers, "s"),
            "text": [f"the {'very ' * (k % 9)}small house number {k}" for k in numbers],
            "constant": "x",
            "identifier": [f"k{k}" for k in numbers],
            "empty": None,
        }
    )
    encoder = RawTableEncoder().fit(frame)
    assert {name: str(kind) for name, kind in encoder.kinds_.items()} == {
        name: name for name in frame.columns
    }
    assert set(encoder.dropped_) == {"constant", "identifier", "empty"}
    assert RawTableEncoder().fit(frame.iloc[::-1]).kinds_ == encoder.kinds_


@pytest.mark.parametrize("wrap", [lambda frame: frame, pd.DataFrame.to_numpy])
def test_large_identifiers_are_dropped_from_numeric_tables(wrap) -> None:
    frame = pd.DataFrame({"key": [2**60 + k for k in range(30)], "n": range(30)})
    encoder = RawTableEncoder().fit(wrap(frame))
    assert list(encoder.dropped_.values()) == [Kind.IDENTIFIER]
    assert "look like identifiers" in encoder.repairs_[0]


def test_numbers_beyond_float32_are_missing() -> None:
    for table in (
        np.array([[1e300, 1.0], [1.0, 2.0]]),
        pd.DataFrame({"a": [1e300, 1], "b": [1, 2]}),
    ):
        encoder = RawTableEncoder().fit(table)
        assert np.isnan(encoder.transform(table)[0, 0])
        assert "beyond 3.4e38" in encoder.repairs_[0]
    matrix = sparse.csr_array(np.array([[1e300, 1.0], [1.0, 0.0]]))
    assert np.isnan(RawTableEncoder().fit_transform(matrix).toarray()[0, 0])
