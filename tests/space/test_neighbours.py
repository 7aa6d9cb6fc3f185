from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from autoskl.space import Space, choice, constant, forbid, integer, ordinal, real, space_of, when
from autoskl.space.neighbours import neighbours
from tests.space.strategies import generators, random_spaces

SPACE = space_of(
    choice("model", ["svm", "knn", "tree"]),
    when("model", "svm", real("C", 0.01, 100, log=True), choice("shrink", [True, False])),
    when("model", "knn", integer("k", 1, 5), ordinal("p", [1, 2, 3])),
)
VIEW = SPACE.view


def test_hyperparameters_take_turns() -> None:
    row = VIEW.encode([{"model": "svm", "C": 1.0, "shrink": True}])
    found, origins = neighbours(VIEW, row, np.random.default_rng(0), n=30)
    assert origins.tolist() == [0] * 30
    changed = [
        next(name for name in ("model", "C", "shrink") if c.get(name) != o.get(name))
        for c in VIEW.decode_rows(found)
        for o in VIEW.decode_rows(row)
    ]
    assert sorted(changed[:3]) == ["C", "model", "shrink"]
    assert [changed.count(name) for name in ("model", "C", "shrink")] == [2, 27, 1]


def test_neighbours_are_distinct_if_values_run_out() -> None:
    rows = VIEW.encode([{"model": "knn", "k": 3, "p": 2}, {"model": "tree"}])
    found, origins = neighbours(VIEW, rows, np.random.default_rng(0), n=100)
    assert np.bincount(origins).tolist() == [2 + 4 + 2, 2]
    assert len(set(zip(origins.tolist(), VIEW.decode_rows(found), strict=True))) == 10


def test_new_children_get_their_defaults() -> None:
    found, _ = neighbours(VIEW, VIEW.encode([{"model": "tree"}]), np.random.default_rng(0))
    assert set(VIEW.decode_rows(found)) == {
        SPACE.complete({"model": "svm"}),
        SPACE.complete({"model": "knn"}),
    }


def test_forbidden_neighbours_are_left_out() -> None:
    space = space_of(choice("a", [1, 2]), choice("b", [1, 2]), forbid({"a": 2, "b": 1}))
    rows = space.view.encode([{"a": 1, "b": 1}])
    found, origins = neighbours(space.view, rows, np.random.default_rng(0))
    assert [dict(c) for c in space.view.decode_rows(found)] == [{"a": 1, "b": 2}]
    assert origins.tolist() == [0]


def test_each_row_has_its_own_scale() -> None:
    space = space_of(real("x", 0, 1), real("y", 0, 1))
    rows = np.full((2, 2), 0.5)
    for scale in (np.array([0.001, 0.2]), np.array([[0.001, 0.001], [0.2, 0.2]])):
        found, origins = neighbours(space.view, rows, np.random.default_rng(0), scale=scale, n=200)
        away = np.abs(found - 0.5).max(axis=1)
        assert away[origins == 0].max() < 0.01
        assert away[origins == 1].max() > 0.1


def test_a_scale_must_be_positive() -> None:
    with pytest.raises(ValueError, match="scale must be positive"):
        neighbours(VIEW, VIEW.defaults[None], np.random.default_rng(0), scale=0.0)


def test_without_variable_hyperparameters_there_are_no_neighbours() -> None:
    for space in (space_of(constant("a", 1)), space_of()):
        rows = space.view.encode([space.default()])
        found, origins = neighbours(space.view, rows, np.random.default_rng(0))
        assert found.shape == (0, len(space))
        assert origins.shape == (0,)
    found, _ = neighbours(VIEW, np.empty((0, len(VIEW))), np.random.default_rng(0))
    assert found.shape == (0, len(VIEW))


@settings(deadline=None, max_examples=40)
@given(space=random_spaces(), rng=generators())
def test_neighbours_are_valid_and_differ_in_one_hyperparameter(
    space: Space, rng: np.random.Generator
) -> None:
    view = space.view
    rows = view.sample(rng, 5)
    found, origins = neighbours(view, rows, rng, n=12)
    assert (np.diff(origins) >= 0).all()
    assert np.bincount(origins, minlength=1).max(initial=0) <= 12
    before = view.decode_rows(rows)
    for configuration, origin in zip(view.decode_rows(found), origins, strict=True):
        space.validate(configuration)
        old = before[origin]
        common = set(old) & set(configuration)
        # Compared with types: True is not 1.
        changed = {n for n in common if repr(old[n]) != repr(configuration[n])}
        assert len(changed) == 1
        for name in set(old) ^ set(configuration):
            assert _depends_on(space, name, changed.copy().pop())
        for name in set(configuration) - set(old):
            default = view.defaults[view.column[name]]
            assert view.encode([configuration])[0, view.column[name]] == pytest.approx(default)


def _depends_on(space: Space, name: str, parent: str) -> bool:
    above = {condition.parent for condition in space.conditions_of(name)}
    return parent in above or any(_depends_on(space, each, parent) for each in above)
