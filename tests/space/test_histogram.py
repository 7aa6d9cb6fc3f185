from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.optimizers.random_search import RandomSearch
from autoskl.optimizers.unit_cube import UnitCube
from autoskl.space import integer, real, space_of
from autoskl.space.histogram import Histogram

SPACE = space_of(
    real("rate", 0.01, 100.0, log=True, weights=[1, 1, 6]),
    integer("depth", 1, 8, weights=[3, 1]),
)


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=9),
    st.lists(st.floats(0, 1), min_size=1, max_size=5),
)
def test_quantile_inverts_cdf(weights: list[int], places: list[float]) -> None:
    histogram, there = Histogram(weights), np.array([0.0, *places, 1.0])
    below = histogram.cdf(there)
    assert (below[0], below[-1]) == (0.0, 1.0)
    assert histogram.quantile(below) == pytest.approx(there)


def test_bins_get_their_weights() -> None:
    histogram = Histogram([1, 3])
    assert histogram.cdf(np.array([0.5, 0.75])) == pytest.approx(np.array([0.25, 0.625]))


def test_samples_follow_the_weights_of_the_bins() -> None:
    drawn = SPACE.sample(np.random.default_rng(0), 4_000)
    rates = np.array([configuration["rate"] for configuration in drawn])
    depths = np.array([configuration["depth"] for configuration in drawn])
    third = 0.01 * 10 ** (4 / 3)
    assert np.mean(rates < third) == pytest.approx(1 / 8, abs=0.03)
    assert np.mean(rates > third**2 / 0.01) == pytest.approx(6 / 8, abs=0.03)
    assert np.mean(depths <= 4) == pytest.approx(3 / 4, abs=0.03)


def test_a_sequence_follows_the_weights_of_the_bins() -> None:
    search = RandomSearch(SPACE, seed=0, sequence="sobol")
    drawn = [search.ask().configuration for _ in range(64)]
    third = 0.01 * 10 ** (4 / 3)
    assert np.mean([c["rate"] < third for c in drawn]) == pytest.approx(1 / 8, abs=0.05)


def test_points_of_the_cube_are_decoded() -> None:
    cube = UnitCube(RandomSearch(SPACE).archive)
    for configuration in SPACE.sample(np.random.default_rng(1), 20):
        row = SPACE.view.encode([configuration])[0]
        below = [SPACE.view.histograms[j].cdf(row[j]) for j in range(2)]
        assert cube.configuration(np.array(below)) == configuration


def test_other_bounds_reset_the_weights_of_the_bins() -> None:
    assert SPACE.override("rate", default=1.0).parameters["rate"].weights == (1.0, 1.0, 6.0)
    assert SPACE.override("rate", upper=10.0).parameters["rate"].weights is None


def test_a_space_can_be_weighted() -> None:
    plain = space_of(real("rate", 0.01, 100.0, log=True), integer("depth", 1, 8))
    assert plain.weighted({"rate": [1, 1, 6], "depth": [3, 1]}) == SPACE
    with pytest.raises(ValueError, match="no hyperparameter"):
        plain.weighted({"nothing": [1]})
