import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.neural.extrapolation import Forecast, Hopeless, forecast

EPOCHS = np.arange(1.0, 101)
CURVES = {
    "power": 0.3 + 0.7 * EPOCHS**-0.6,
    "exponential": 0.3 + 0.7 * np.exp(-0.06 * EPOCHS),
    "flat": np.full(100, 0.5),
}


@pytest.mark.parametrize("name", CURVES)
def test_a_third_of_a_curve_tells_its_end(name: str) -> None:
    curve = CURVES[name]
    found = forecast(curve[:35], 100)
    assert found is not None
    assert found.mean == pytest.approx(curve[-1], abs=0.03)
    assert abs(found.mean - curve[-1]) <= 4 * found.spread + 1e-9


@pytest.mark.parametrize("name", CURVES)
def test_the_end_of_noisy_curves_is_within_the_uncertainty(name: str) -> None:
    rng = np.random.default_rng(0)
    within = 0
    for _ in range(40):
        noisy = CURVES[name] + rng.normal(0, 0.01, 100)
        found = forecast(noisy[:40], 100)
        assert found is not None
        within += abs(found.mean - noisy.min()) <= 3 * found.spread
    assert within >= 32


@given(st.lists(st.floats(0, 10), min_size=8, max_size=60), st.integers(0, 100))
def test_a_forecast_is_never_above_what_was_reached(losses: list[float], more: int) -> None:
    found = forecast(np.array(losses), len(losses) + more)
    assert found is not None
    assert found.mean <= min(losses) + 1e-9
    assert found.spread >= 0


def test_short_or_broken_curves_have_no_forecast() -> None:
    assert forecast(np.ones(3), 50) is None
    assert forecast(np.r_[np.ones(20), np.nan], 50) is None


def test_probability_below_rises_with_the_loss() -> None:
    expected = Forecast(1.0, 0.1)
    assert expected.probability_below(1.0) == pytest.approx(0.5)
    assert expected.probability_below(0.7) < 0.01 < expected.probability_below(1.2)


def test_hopeless_runs_are_told_from_those_that_may_matter() -> None:
    curve = CURVES["exponential"][:40]
    assert Hopeless(0.1, 100)(curve)
    assert not Hopeless(0.35, 100)(curve)
    assert not Hopeless(0.9, 100)(curve)  # it is there already
    assert not Hopeless(0.1, 100)(curve[:5])


def test_a_curve_is_looked_at_a_few_times_and_not_at_its_beginning_or_end() -> None:
    looked = [n for n in range(1, 201) if Hopeless(-1.0, 200)(np.full(n, 0.5))]
    assert 10 <= len(looked) <= 20
    assert looked[0] >= 50
    assert looked[-1] < 200


def test_a_curve_that_is_not_finite_is_left_to_its_end() -> None:
    assert not Hopeless(0.1, 50)(np.full(20, np.nan))
