from __future__ import annotations

import pytest

from autoskl.components.component import Shape
from autoskl.components.registry import component
from autoskl.metalearning.costs import N_FEATURES, cost_features, predicted_seconds
from autoskl.metalearning.shipped import shipped_metadata

SMALL = Shape(n_rows=1_000, n_columns=10, n_classes=2)
VALUES = {"model": "lightgbm", "lightgbm:num_leaves": 31, "lightgbm:learning_rate": 0.05}


def test_features_are_as_many_as_coefficients() -> None:
    assert cost_features(VALUES, SMALL).shape == (N_FEATURES,)
    assert all(len(c) == N_FEATURES for c in shipped_metadata().costs.values())


def test_a_family_without_coefficients_has_its_prior() -> None:
    own = {"num_leaves": 31, "learning_rate": 0.05}
    prior = component("lightgbm").cost(own, SMALL).seconds
    assert predicted_seconds(VALUES, SMALL, {}) == prior


@pytest.mark.parametrize("family", sorted(shipped_metadata().costs))
def test_more_rows_columns_and_classes_never_cost_less(family: str) -> None:
    costs = shipped_metadata().costs
    values = {"model": family}
    sizes = [(200, 5, 2), (2_000, 5, 2), (20_000, 50, 2), (20_000, 50, 20), (10**6, 50, 20)]
    seconds = [
        predicted_seconds(values, Shape(n_rows=n, n_columns=d, n_classes=k), costs)
        for n, d, k in sizes
    ]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0
