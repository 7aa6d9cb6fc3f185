import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.neural.extrapolation import Forecast, ForecastStopper, forecast

EPOCHS = np.arange(1.0, 101)
CURVES = {
    "power": 0.3 + 0.7 * EPOCHS**-0.6,
    "exponential": 0.3 + 0.7 * np.exp(-0.06 * EPOCHS),
    "flat": np.full(100, 0.5),
}


@pytest.mark.parametrize("name", CURVES)
def test_third_of_a_curve_predicts_its_end(name: str) -> None:
    curve = CURVES[name]
    found = forecast(curve[:35], 100)
    assert found is not None
    assert found.mean == pytest.approx(curve[-1], abs=0.03)
    assert abs(found.mean - curve[-1]) <= 4 * found.std + 1e-9


@pytest.mark.parametrize("name", CURVES)
def test_end_of_noisy_curves_is_within_the_uncertainty(name: str) -> None:
    rng = np.random.default_rng(0)
    within = 0
    for _ in range(40):
        noisy = CURVES[name] + rng.normal(0, 0.01, 100)
        found = forecast(noisy[:40], 100)
        assert found is not None
        within += abs(found.mean - noisy.min()) <= 3 * found.std
    assert within >= 32


@given(st.lists(st.floats(0, 10), min_size=8, max_size=60), st.integers(0, 100))
def test_forecast_is_never_above_the_lowest_loss(losses: list[float], more: int) -> None:
    found = forecast(np.array(losses), len(losses) + more)
    assert found is not None
    assert found.mean <= min(losses) + 1e-9
    assert found.std >= 0


def test_short_or_non_finite_curves_have_no_forecast() -> None:
    assert forecast(np.ones(3), 50) is None
    assert forecast(np.r_[np.ones(20), np.nan], 50) is None


def test_probability_below_increases_with_the_loss() -> None:
    expected = Forecast(1.0, 0.1)
    assert expected.probability_below(1.0) == pytest.approx(0.5)
    assert expected.probability_below(0.7) < 0.01 < expected.probability_below(1.2)


def test_only_hopeless_training_is_stopped() -> None:
    curve = CURVES["exponential"][:40]
    assert ForecastStopper(0.1, 100)(curve)
    assert not ForecastStopper(0.35, 100)(curve)
    assert not ForecastStopper(0.9, 100)(curve)  # already reached
    assert not ForecastStopper(0.1, 100)(curve[:5])


def test_curve_is_forecast_a_few_times_but_not_at_its_start_or_end() -> None:
    looked = [n for n in range(1, 201) if ForecastStopper(-1.0, 200)(np.full(n, 0.5))]
    assert 10 <= len(looked) <= 20
    assert looked[0] >= 50
    assert looked[-1] < 200


def test_training_with_a_non_finite_curve_is_not_stopped() -> None:
    assert not ForecastStopper(0.1, 50)(np.full(20, np.nan))
