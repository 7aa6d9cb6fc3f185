from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from autoskl.core.configuration import Configuration
from autoskl.space import (
    ArrayView,
    Kind,
    Space,
    choice,
    constant,
    forbid,
    integer,
    ordinal,
    real,
    space_of,
    when,
)
from tests.space.strategies import generators, random_spaces

SPACE = space_of(
    choice("m", ["svm", "knn", True], weights=[1, 2, 1]),
    constant("q", None),
    when("m", "svm", real("C", 0.01, 100, log=True)),
    when("m", "knn", integer("k", 1, 4, 2), ordinal("o", [1, 5, 9])),
    forbid({"m": True}),
)
VIEW = SPACE.view
NAN = np.nan


def test_attributes_describe_the_columns() -> None:
    assert VIEW.names == ("m", "q", "C", "k", "o")
    assert VIEW.column["k"] == 3
    assert VIEW.kinds == (Kind.CHOICE, Kind.CONSTANT, Kind.REAL, Kind.INTEGER, Kind.ORDINAL)
    assert VIEW.n_levels.tolist() == [3, 1, 0, 0, 3]
    assert VIEW.weights[0] == pytest.approx(np.array([0.25, 0.5, 0.25]))
    assert VIEW.weights[4] == pytest.approx(np.full(3, 1 / 3))
    assert VIEW.weights[2] is None
    assert VIEW.depth.tolist() == [0, 0, 1, 1, 1]
    assert VIEW.is_parent.tolist() == [True, False, False, False, False]
    assert VIEW.defaults == pytest.approx(np.array([0, 0, 0.5, 0.375, 0]))
    assert len(VIEW) == 5
    assert "5 hyperparameters" in repr(VIEW)


def test_encode_known_values() -> None:
    rows = VIEW.encode([{"m": "svm", "q": None, "C": 1.0}, {"m": "knn", "q": None, "k": 4, "o": 9}])
    expected = [[0, 0, 0.5, NAN, NAN], [1, 0, NAN, 0.875, 2]]
    assert rows == pytest.approx(np.array(expected), nan_ok=True)
    assert VIEW.encode([]).shape == (0, 5)
    assert VIEW.encode([{"C": 1}]) == pytest.approx(
        np.array([[NAN, NAN, 0.5, NAN, NAN]]), nan_ok=True
    )


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ({"j": 1}, "no hyperparameter named 'j'"),
        ({"m": 1}, "'m' must be one of 'svm', 'knn', True. Got 1"),
        ({"k": 5}, "'k' must be an integer from 1 to 4"),
        ({"C": True}, "'C' must be a number"),
    ],
)
def test_invalid_configurations_cannot_be_encoded(
    configuration: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        VIEW.encode([configuration])  # type: ignore[list-item]


def test_decode_known_values() -> None:
    found = VIEW.decode(np.array([1, 0, NAN, 0.9, 2]))
    assert found == Configuration({"m": "knn", "q": None, "k": 4, "o": 9})
    assert VIEW.decode(np.array([2, 0, NAN, NAN, NAN]))["m"] is True
    assert VIEW.decode_rows(np.empty((0, 5))) == []


def test_round_numbers_survive_encoding() -> None:
    space = space_of(real("a", 0, 1), real("b", 1e-5, 10, log=True), real("c", -1e6, 1e6))
    for value in (0.1, 0.3, 1 / 3, 0.7, 1.0):
        space_row = space.view.encode([{"a": round(value, 12), "b": round(value, 12), "c": value}])
        found = space.view.decode(space_row[0])
        assert (found["a"], found["b"]) == (round(value, 12), round(value, 12))
        assert found["c"] == pytest.approx(value, abs=1e-5)


def test_activate_fills_in_defaults_or_samples() -> None:
    row = np.array([[1, NAN, 0.3, NAN, 1]])
    expected = [[1, 0, NAN, 0.375, 1]]
    assert np.array_equal(VIEW.activate(row), expected, equal_nan=True)
    many = VIEW.activate(np.full((200, 5), NAN), np.random.default_rng(0))
    assert set(many[:, 0]) == {0, 1, 2}
    assert np.isnan(many[many[:, 0] == 0, 3]).all()
    assert set(many[many[:, 0] == 1, 3]) == {0.125, 0.375, 0.625, 0.875}


def test_snap_moves_to_encodable_values() -> None:
    snapped = VIEW.snap(np.array([[0.6, 3, -0.1, 0.2, 7], [NAN, NAN, 1.2, 1.2, 0.4]]))
    expected = [[1, 0, 0, 0.125, 2], [NAN, NAN, 1, 0.875, 0]]
    assert np.array_equal(snapped, expected, equal_nan=True)


def test_forbidden_rows_are_neither_valid_nor_sampled() -> None:
    assert VIEW.is_valid(np.array([[0, 0, 0.5, NAN, NAN], [2, 0, NAN, NAN, NAN]])).tolist() == [
        True,
        False,
    ]
    drawn = VIEW.sample(np.random.default_rng(0), 300)
    assert VIEW.is_valid(drawn).all()
    assert np.mean(drawn[:, 0] == 1) == pytest.approx(2 / 3, abs=0.1)


def test_the_same_seed_gives_the_same_rows() -> None:
    draws = [VIEW.sample(np.random.default_rng(5), 9) for _ in range(2)]
    assert np.array_equal(*draws, equal_nan=True)


@settings(deadline=None, max_examples=40)
@given(space=random_spaces(), rng=generators())
def test_encode_and_decode_are_inverse(space: Space, rng: np.random.Generator) -> None:
    view = ArrayView(space)
    rows = view.sample(rng, 20)
    configurations = view.decode_rows(rows)
    for configuration in configurations:
        space.validate(configuration)
    again = view.encode(configurations)
    assert again == pytest.approx(rows, abs=1e-9, nan_ok=True)
    decoded = view.decode_rows(again)
    assert [c.digest for c in decoded] == [c.digest for c in configurations]
    assert view.decode(rows[0]).digest == configurations[0].digest


@settings(deadline=None, max_examples=40)
@given(space=random_spaces(), rng=generators())
def test_activate_and_snap_keep_samples(space: Space, rng: np.random.Generator) -> None:
    rows = space.view.sample(rng, 20)
    assert np.array_equal(space.view.activate(rows), rows, equal_nan=True)
    assert space.view.snap(rows) == pytest.approx(rows, abs=1e-12, nan_ok=True)


@settings(deadline=None, max_examples=40)
@given(space=random_spaces(), rng=generators())
def test_arbitrary_numbers_become_configurations(space: Space, rng: np.random.Generator) -> None:
    view = space.view
    wild = rng.normal(1, 3, (20, len(view)))
    wild[rng.random(wild.shape) < 0.3] = NAN
    rows = view.activate(view.snap(wild), rng)
    valid = view.is_valid(rows)
    for configuration, is_valid in zip(view.decode_rows(rows), valid, strict=True):
        if is_valid:
            space.validate(configuration)
        else:
            with pytest.raises(ValueError, match="combination is forbidden"):
                space.validate(configuration)
