from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeRegressor

from autoskl.core.trial import Trial
from autoskl.optimizers.enumeration import enumerate_configurations
from autoskl.optimizers.observation import Observation, observe
from autoskl.reports import importance
from autoskl.reports.functional_anova import (
    Region,
    activating_values,
    regions,
    restrict,
    total_variance,
    variance,
    where_active,
)
from autoskl.reports.partition import TreeFeatures, partition
from autoskl.space.conditions import when
from autoskl.space.parameters import choice, constant, integer, ordinal, real
from autoskl.space.space import Space, space_of

DISCRETE = space_of(
    choice("a", ["x", "y", "z"], weights=[3, 1, 0]),
    choice("b", [True, False]),
    ordinal("c", ["s", "m", "l"]),
    constant("d", 1),
)
CASH = space_of(
    choice("model", ["knn", "tree", "none"], weights=[1, 2, 1]),
    when("model", "knn", real("knn:x", 0.0, 1.0)),
    when(
        "model",
        "tree",
        real("tree:x", 0.0, 1.0),
        choice("tree:kind", ["u", "v"]),
        when("tree:kind", "v", integer("tree:n", 1, 9)),
    ),
)


def run(space: Space, loss, n: int = 120) -> list[Observation]:
    drawn = dict.fromkeys(space.sample(np.random.default_rng(0), n))
    return [observe(Trial(i, c), loss(c)) for i, c in enumerate(drawn)]


def shares(found) -> dict[str, float]:
    return dict(zip(found.single["hyperparameter"], found.single["share"], strict=True))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), depth=st.integers(1, 6))
def test_shares_of_a_tree_are_exact(seed: int, depth: int) -> None:
    view, rng = DISCRETE.view, np.random.default_rng(seed)
    features = TreeFeatures(view)
    grid = np.array(list(product(*(range(n) for n in view.n_levels))), dtype=float)
    tree = DecisionTreeRegressor(max_depth=depth, random_state=seed)
    tree.fit(features(grid), rng.normal(size=len(grid)))
    boxes = partition(tree.tree_, features)
    weight = np.ones(len(grid))
    for levels, column in zip(view.weights, grid.T, strict=True):
        assert levels is not None
        weight *= levels[column.astype(int)]
    values = tree.predict(features(grid))
    mean = weight @ values

    def explained(*columns: int) -> float:
        groups: dict[tuple[float, ...], list[int]] = {}
        for i, point in enumerate(grid):
            groups.setdefault(tuple(point[list(columns)]), []).append(i)
        parts = [(weight[i].sum(), weight[i] @ values[i]) for i in groups.values()]
        return sum(w * (v / w - mean) ** 2 for w, v in parts if w > 0)

    parts = regions(view, boxes)
    assert total_variance(boxes, parts) == pytest.approx(weight @ (values - mean) ** 2)
    for j in range(3):
        assert variance(boxes, parts, [j]) == pytest.approx(explained(j), abs=1e-12)
    assert variance(boxes, parts, [0, 2]) == pytest.approx(explained(0, 2), abs=1e-12)


def test_volumes_of_boxes_are_the_probabilities_of_random_points() -> None:
    space = space_of(real("x", 1.0, 100.0, log=True), integer("n", 1, 4))
    features = TreeFeatures(space.view)
    rng = np.random.default_rng(0)
    rows = space.view.sample(rng, 60)
    tree = DecisionTreeRegressor(max_leaf_nodes=7, random_state=0).fit(rows, rng.random(60))
    boxes = partition(tree.tree_, features)
    volumes = np.prod([m @ p for m, p in zip(boxes.masks, boxes.measures, strict=True)], axis=0)
    assert volumes.sum() == pytest.approx(1.0)
    hits = tree.predict(rng.random((20_000, 2)))
    for value, volume in zip(boxes.values, volumes, strict=True):
        assert np.mean(hits == value) == pytest.approx(volume, abs=0.02)


def test_the_most_important_hyperparameter_comes_first() -> None:
    space = space_of(*(real(name, 0.0, 1.0) for name in "abc"))
    found = importance(run(space, lambda c: 3 * c["a"] + c["b"]), space)
    assert found.single["hyperparameter"].tolist() == ["a", "b", "c"]
    assert shares(found)["a"] == pytest.approx(0.9, abs=0.07)
    assert shares(found)["c"] < 0.02
    assert found.fit > 0.8
    assert found.pairs["share"].max() < 0.08


def test_an_interaction_is_found_as_a_pair() -> None:
    space = space_of(*(choice(name, [0, 1]) for name in "ab"), real("x", 0.0, 1.0))
    found = importance(run(space, lambda c: float(c["a"] != c["b"])), space)
    first = found.pairs.iloc[0]
    assert {first["first"], first["second"]} == {"a", "b"}
    assert first["share"] > 0.8


def test_conditional_hyperparameters_are_evaluated_where_they_are_active() -> None:
    def loss(c) -> float:
        return float(c["knn:x"]) if c["model"] == "knn" else 0.5

    found = importance(run(CASH, loss, n=300), CASH)
    single = found.single.set_index("hyperparameter")
    assert single.loc["knn:x", "active"] == pytest.approx(0.25)
    assert single.loc["tree:n", "active"] == pytest.approx(0.25)
    assert single.loc["knn:x", "share_when_active"] > 0.9
    assert single.loc["knn:x", "share"] > 0.7
    assert single.drop(index="knn:x")["share"].max() < 0.1


def test_activation_follows_parents_of_parents() -> None:
    view = CASH.view
    allowed = activating_values(view, [view.column["tree:n"]])
    model, kind = view.column["model"], view.column["tree:kind"]
    assert allowed[model].tolist() == [False, True, False]
    assert allowed[kind].tolist() == [False, True]
    measures = tuple(np.ones(3) / 3 if w is None else w for w in view.weights)
    cut = restrict(Region(1.0, measures), allowed)
    assert cut.probability == pytest.approx(0.25)
    assert cut.measures[model].tolist() == [0.0, 1.0, 0.0]


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_algorithms_are_separated_exactly(seed: int) -> None:
    space = space_of(
        choice("model", ["knn", "tree", "none"], weights=[1, 2, 1]),
        when("model", "knn", choice("knn:k", [1, 2, 3])),
        when("model", "tree", ordinal("tree:n", [1, 2]), choice("tree:kind", ["u", "v"])),
        choice("scaled", [True, False]),
    )
    view, rng = space.view, np.random.default_rng(seed)
    every = list(enumerate_configurations(space, lambda parameter: parameter.levels or ()))
    rows = view.encode(every)
    likely = np.array([_probability(space, c) for c in every])
    assert likely.sum() == pytest.approx(1.0)
    features = TreeFeatures(view)
    tree = DecisionTreeRegressor(max_leaf_nodes=8, random_state=seed)
    values = tree.fit(features(rows), rng.normal(size=len(rows))).predict(features(rows))
    boxes = partition(tree.tree_, features)
    parts = regions(view, boxes)
    mean = likely @ values
    assert total_variance(boxes, parts) == pytest.approx(likely @ (values - mean) ** 2)
    for j in range(len(view)):
        here = ~np.isnan(rows[:, j])
        weight = likely[here] / likely[here].sum()
        centre = weight @ values[here]
        explained = sum(
            weight[at].sum() * (weight[at] @ values[here][at] / weight[at].sum() - centre) ** 2
            for at in (rows[here, j] == level for level in np.unique(rows[here, j]))
        )
        active = where_active(view, parts, [j])
        assert sum(part.probability for part in active) == pytest.approx(likely[here].sum())
        assert variance(boxes, active, [j]) == pytest.approx(explained, abs=1e-12)


def _probability(space: Space, configuration) -> float:
    view = space.view
    row = view.encode([configuration])[0]
    levels = [(w, int(v)) for w, v in zip(view.weights, row, strict=True) if not np.isnan(v)]
    return float(np.prod([w[v] for w, v in levels if w is not None]))


def test_diverged_trials_do_not_dominate() -> None:
    space = space_of(real("a", 0.0, 1.0), real("b", 0.0, 1.0))

    def loss(c) -> float:
        return 1e9 if 0.40 < c["b"] < 0.43 else float(c["a"])

    assert shares(importance(run(space, loss), space))["a"] > 0.5


def test_constant_losses_have_no_importance() -> None:
    space = space_of(real("a", 0.0, 1.0), real("b", 0.0, 1.0))
    found = importance(run(space, lambda c: 1.0, n=20), space)
    assert shares(found) == {"a": 0.0, "b": 0.0}
    assert found.fit == 0.0


def test_too_few_trials_are_rejected() -> None:
    space = space_of(real("a", 0.0, 1.0))
    with pytest.raises(ValueError, match=r"needs 10 different trials of this space.*Got 4"):
        importance(run(space, lambda c: 1.0, n=4), space)
