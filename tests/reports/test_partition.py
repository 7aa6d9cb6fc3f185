from __future__ import annotations

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from autoskl.reports.partition import TreeFeatures, partition
from autoskl.space.conditions import when
from autoskl.space.parameters import choice, integer, real
from autoskl.space.space import space_of

LATTICE = [{"x": x, "n": n} for x in (0.2, 0.6) for n in (2, 3)]


def test_volumes_of_boxes_are_the_probabilities_of_random_points() -> None:
    space = space_of(real("x", 1.0, 100.0, log=True), integer("n", 1, 4))
    features = TreeFeatures(space.view)
    rng = np.random.default_rng(0)
    rows = space.view.sample(rng, 60)
    tree = DecisionTreeRegressor(max_leaf_nodes=7, random_state=0).fit(rows, rng.random(60))
    boxes = partition(tree.tree_, features)
    prior = 0
    volumes = np.prod([cells.shares[prior] for cells in boxes.cells.values()], axis=0)
    assert volumes.sum() == pytest.approx(1.0)
    hits = tree.predict(rng.random((20_000, 2)))
    for value, volume in zip(boxes.values, volumes, strict=True):
        assert np.mean(hits == value) == pytest.approx(volume, abs=0.02)


def test_measures_follow_the_weights_of_a_number() -> None:
    space = space_of(real("x", 0.0, 1.0, weights=[8, 1, 1]), integer("n", 1, 4, weights=[3, 1]))
    tree = DecisionTreeRegressor().fit(space.view.encode(LATTICE), [0.0, 1.0, 2.0, 3.0])
    boxes = partition(tree.tree_, TreeFeatures(space.view))
    x, n = (boxes.cells[space.view.column[name]] for name in ("x", "n"))
    assert x.measures[0] == pytest.approx([0.82, 0.18])
    assert n.measures[0] == pytest.approx([0.75, 0.25])


def test_only_the_algorithm_is_kept_if_no_split_is_on_it() -> None:
    space = space_of(
        choice("a", [1, 2]),
        when("a", 1, real("b", 0.0, 1.0)),
        real("c", 0.0, 1.0),
        choice("d", [1, 2]),
    )
    view, features = space.view, TreeFeatures(space.view)
    rows = view.sample(np.random.default_rng(0), 20)
    tree = DecisionTreeRegressor(max_leaf_nodes=2).fit(
        features(rows), rows[:, view.column["c"]] > 0.5
    )
    boxes = partition(tree.tree_, features)
    assert [view.names[j] for j in boxes.cells] == ["a", "c"]
    assert boxes.cells[view.column["a"]].covered.all()
