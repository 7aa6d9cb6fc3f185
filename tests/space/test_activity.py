from __future__ import annotations

import numpy as np

from autoskl.space import choice, constant, integer, real, space_of, when
from autoskl.space.activity import Activation, ValueTest

SPACE = space_of(
    choice("a", ["x", "y", "z"]),
    when("a", ["y", "z"], integer("b", 1, 4), when("b", [1, 4], real("c", 0, 1))),
    when("a", "z", constant("d", 1)),
)
NAN = np.nan


def test_value_tests_of_levels_and_integers() -> None:
    matrix = np.array([[0, NAN], [1, 0.125], [2, 0.375], [NAN, NAN]])
    a, b = SPACE.parameters["a"], SPACE.parameters["b"]
    assert ValueTest(0, a, ["z"])(matrix).tolist() == [False, False, True, False]
    assert ValueTest(0, a, ["x", "z"])(matrix).tolist() == [True, False, True, False]
    assert ValueTest(1, b, [1])(matrix).tolist() == [False, True, False, False]
    assert ValueTest(1, b, [1, 3])(matrix).tolist() == [False, True, False, False]


def test_missing_parents_are_filled_in_before_their_children() -> None:
    activation = Activation(SPACE.parameters, SPACE.conditions)
    assert list(SPACE.parameters) == ["a", "b", "d", "c"]
    assert activation.depth.tolist() == [0, 1, 1, 2]
    assert activation.parents.tolist() == [0, 1]
    matrix = np.array([[NAN, NAN, NAN, NAN], [0, 0.1, 0, 0.5], [2, 0.375, NAN, 0.5]])
    activation.apply(matrix, np.array([1, 0.125, 0, 0.7]))
    expected = [[1, 0.125, NAN, 0.7], [0, NAN, NAN, NAN], [2, 0.375, 0, NAN]]
    assert np.array_equal(matrix, expected, equal_nan=True)


def test_conditions_on_true_and_on_one_are_not_the_same() -> None:
    space = space_of(
        choice("a", [True, 1]), when("a", True, constant("b", 0)), when("a", 1, constant("c", 0))
    )
    matrix = np.zeros((2, 3))
    matrix[1, 0] = 1
    Activation(space.parameters, space.conditions).apply(matrix, None)
    assert np.array_equal(matrix, [[0, 0, NAN], [1, NAN, 0]], equal_nan=True)


def test_without_fill_values_nothing_is_filled_in() -> None:
    activation = Activation(SPACE.parameters, SPACE.conditions)
    matrix = np.array([[2, 0.125, 0, 0.5], [1, 0.375, 0, 0.5]])
    activation.apply(matrix, None)
    expected = [[2, 0.125, 0, 0.5], [1, 0.375, NAN, NAN]]
    assert np.array_equal(matrix, expected, equal_nan=True)
