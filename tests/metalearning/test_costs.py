from __future__ import annotations

import numpy as np
import pytest

from autoskl.components.component import Shape
from autoskl.components.registry import component
from autoskl.metalearning.costs import (
    N_FEATURES,
    N_LOGARITHMS,
    Categories,
    cost_features,
    cost_logarithms,
    predicted_seconds,
    training_factor,
)
from autoskl.metalearning.shipped import shipped_metadata

SMALL = Shape(n_rows=1_000, n_columns=10, n_classes=2)
VALUES = {"model": "lightgbm", "lightgbm:num_leaves": 31, "lightgbm:learning_rate": 0.05}


def test_there_are_as_many_features_as_coefficients() -> None:
    assert cost_features(VALUES, SMALL).shape == (N_FEATURES,)
    assert cost_logarithms(VALUES, SMALL).shape == (N_LOGARITHMS,)
    lengths = {len(c) for c in shipped_metadata().costs.values()}
    assert lengths == {N_FEATURES + N_LOGARITHMS}


def test_exponents_multiply_the_terms() -> None:
    terms = (0.0, 1.0, *[0.0] * (N_FEATURES - 2))
    plain = predicted_seconds(VALUES, SMALL, {"lightgbm": terms})
    own = {"num_leaves": 31, "learning_rate": 0.05}
    assert plain == component("lightgbm").cost(own, SMALL).seconds
    doubled = (*terms, np.log(2.0), *[0.0] * (N_LOGARITHMS - 1))
    assert predicted_seconds(VALUES, SMALL, {"lightgbm": doubled}) == pytest.approx(2 * plain)


@pytest.mark.parametrize("costs", [{}, shipped_metadata().costs], ids=["prior", "learned"])
def test_seconds_of_a_network_grow_with_its_epochs(costs) -> None:
    def seconds(epochs: int) -> float:
        return predicted_seconds({"model": "real_mlp", "real_mlp:n_epochs": epochs}, SMALL, costs)

    usual = predicted_seconds({"model": "real_mlp"}, SMALL, costs)
    assert seconds(128) == pytest.approx(usual)
    assert seconds(32) == pytest.approx(usual / 4, rel=0.2)
    assert seconds(256) == pytest.approx(2 * usual, rel=0.2)


@pytest.mark.parametrize("costs", [{}, shipped_metadata().costs], ids=["prior", "learned"])
def test_seconds_of_a_network_grow_with_its_width(costs) -> None:
    def seconds(width: int) -> float:
        values = {"model": "real_mlp", "real_mlp:n_epochs": 128, "real_mlp:width": width}
        return predicted_seconds(values, SMALL, costs)

    usual = predicted_seconds({"model": "real_mlp"}, SMALL, costs)
    assert seconds(256) == pytest.approx(usual)
    assert seconds(64) < usual / 2
    assert seconds(512) > 2 * usual


def test_trees_have_no_epochs() -> None:
    assert training_factor(VALUES, SMALL) == 1.0


def test_categories_count_if_the_family_has_exponents_for_them() -> None:
    known = (*[1.0] * N_FEATURES, *[0.0] * (N_LOGARITHMS - 3), 0.5, 0.0, 0.1)
    few, many = Categories(1, 2.0), Categories(9, 8.0)
    costs = {"lightgbm": known}
    assert predicted_seconds(VALUES, SMALL, costs, few) < predicted_seconds(
        VALUES, SMALL, costs, many
    )


def test_logarithms_are_clipped() -> None:
    huge = Shape(n_rows=10**8, n_columns=10**5, n_classes=2)
    assert np.abs(cost_logarithms(VALUES, huge)).max() <= 2.5


def test_a_family_without_coefficients_uses_its_prior() -> None:
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
