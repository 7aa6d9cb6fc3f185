from __future__ import annotations

import numpy as np
import pytest

from autoskl.reports.regions import Regions, activating_values, regions
from autoskl.space.conditions import when
from autoskl.space.parameters import choice, integer, real
from autoskl.space.space import space_of

VIEW = space_of(
    choice("model", ["knn", "tree", "none"], weights=[1, 2, 1]),
    when("model", "knn", real("knn:x", 0.0, 1.0)),
    when(
        "model",
        "tree",
        choice("tree:kind", ["u", "v"]),
        when("tree:kind", "v", integer("tree:n", 1, 9)),
    ),
).view
MODEL, KIND, X, N = (VIEW.column[name] for name in ("model", "tree:kind", "knn:x", "tree:n"))


def test_activation_follows_parents_of_parents() -> None:
    activating = activating_values(VIEW)
    assert not activating[MODEL]
    assert activating[N][MODEL].tolist() == [False, True, False]
    assert activating[N][KIND].tolist() == [False, True]


def test_all_conditions_of_a_hyperparameter_must_hold() -> None:
    view = space_of(
        choice("a", [1, 2, 3]),
        choice("b", [True, False]),
        when("a", [1, 2], when("b", True, real("x", 0.0, 1.0))),
        when("a", [2, 3], choice("c", [1, 2])),
        when("a", [1, 2], when("c", 1, real("y", 0.0, 1.0))),
    ).view
    activating = activating_values(view)
    a, b, c = (view.column[name] for name in "abc")
    x, y = activating[view.column["x"]], activating[view.column["y"]]
    assert {j: levels.tolist() for j, levels in x.items()} == {
        a: [True, True, False],
        b: [True, False],
    }
    assert {j: levels.tolist() for j, levels in y.items()} == {
        a: [False, True, False],
        c: [True, False],
    }


def test_inactive_hyperparameters_have_their_default_in_a_region() -> None:
    parts = regions(VIEW, activating_values(VIEW))
    assert parts.probabilities.tolist() == [0.25, 0.5, 0.25]
    assert parts.measures[MODEL].tolist() == np.eye(3).tolist()
    assert parts.measures[KIND].tolist() == [[1.0, 0.0], [0.5, 0.5], [1.0, 0.0]]
    assert parts.measures[X].tolist() == [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]


def test_restricted_regions_hold_only_allowed_values() -> None:
    activating = activating_values(VIEW)
    parts = regions(VIEW, activating).restrict(activating[N])
    assert parts.probabilities == pytest.approx([0.25])
    assert parts.measures[MODEL].tolist() == [[0.0, 1.0, 0.0]]
    assert parts.measures[KIND].tolist() == [[0.0, 1.0]]


def test_restriction_weights_the_remaining_values() -> None:
    whole = Regions(np.array([0.5, 0.5]), (np.array([[0.5, 0.25, 0.25], [1.0, 0.0, 0.0]]),))
    parts = whole.restrict({0: np.array([False, True, True])})
    assert parts.probabilities.tolist() == [0.25]
    assert parts.measures[0].tolist() == [[0.0, 0.5, 0.5]]
