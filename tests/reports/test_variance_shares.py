from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeRegressor

from autoskl.reports.partition import TreeFeatures, partition
from autoskl.reports.variance_shares import VarianceShares
from autoskl.space.conditions import when
from autoskl.space.parameters import Choice, Ordinal, Parameter, choice, integer, ordinal, real
from autoskl.space.space import Space, space_of
from tests.reports.anova_by_enumeration import enumerate_cells

LEVELS = ["u", "v", "w"]


@st.composite
def spaces(draw) -> Space:
    """Spaces in which some hyperparameters depend on one or two earlier ones."""
    parents = [choice("p0", LEVELS, weights=draw(st.sampled_from([[1, 1, 1], [1, 3, 0]])))]
    items: list = [*parents]
    for i in range(1, draw(st.integers(2, 5))):
        item: object = _parameter(
            f"p{i}",
            draw(st.sampled_from(["real", "weighted", "integer", "ordinal", "choice"])),
        )
        own = draw(st.lists(st.sampled_from(parents), max_size=2, unique=True))
        if isinstance(item, Choice | Ordinal):
            parents.append(item)
        for parent in own:
            levels = st.sampled_from(parent.levels)
            item = when(parent.name, draw(st.lists(levels, min_size=1, unique=True)), item)
        items.append(item)
    return space_of(*items)


def _parameter(name: str, kind: str) -> Parameter:
    if kind == "real":
        return real(name, 0.001, 1.0, log=True)
    if kind == "weighted":
        return real(name, 0.0, 1.0, weights=[6, 1, 3])
    if kind == "integer":
        return integer(name, 1, 9)
    return ordinal(name, LEVELS) if kind == "ordinal" else choice(name, LEVELS, weights=[1, 2, 1])


@settings(max_examples=40, deadline=None)
@given(space=spaces(), seed=st.integers(0, 10_000))
def test_shares_of_a_tree_follow_the_definitions(space: Space, seed: int) -> None:
    view, features = space.view, TreeFeatures(space.view)
    rng = np.random.default_rng(seed)
    rows = view.sample(rng, 40)
    tree = DecisionTreeRegressor(max_leaf_nodes=6, random_state=seed)
    tree.fit(features(rows), rng.normal(size=len(rows)))
    shares = VarianceShares(view, [partition(tree.tree_, features)])
    every = enumerate_cells(view, tree)
    total = every.total()
    for j in range(len(view)):
        found, here = shares.single(j), every.where_active(j)
        assert found.active == pytest.approx(here.weights.sum())
        explained = here.variance(j)
        assert found.of_total == pytest.approx(found.active * explained / total, abs=1e-10)
        if here.total() > 1e-10:
            assert found.when_active == pytest.approx(explained / here.total(), abs=1e-10)
    for pair in combinations(range(len(view)), 2):
        here = every.where_active(*pair)
        interaction = here.variance(*pair) - sum(here.variance(j) for j in pair)
        assert shares.pair(*pair) == pytest.approx(
            here.weights.sum() * interaction / total, abs=1e-10
        )
