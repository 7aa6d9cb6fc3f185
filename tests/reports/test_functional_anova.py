from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeRegressor

from autoskl.optimizers.enumeration import enumerate_configurations
from autoskl.reports.functional_anova import total_variance, variance
from autoskl.reports.partition import TreeFeatures, partition
from autoskl.reports.regions import activating_values, regions
from autoskl.space.conditions import when
from autoskl.space.parameters import choice, ordinal
from autoskl.space.space import Space, space_of


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
    activating = activating_values(view)
    parts = regions(view, activating)
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
        active = parts.restrict(activating[j])
        assert active.probabilities.sum() == pytest.approx(likely[here].sum())
        assert variance(boxes, active, [j]) == pytest.approx(explained, abs=1e-12)


def _probability(space: Space, configuration) -> float:
    view = space.view
    row = view.encode([configuration])[0]
    levels = [(w, int(v)) for w, v in zip(view.weights, row, strict=True) if not np.isnan(v)]
    return float(np.prod([w[v] for w, v in levels if w is not None]))
