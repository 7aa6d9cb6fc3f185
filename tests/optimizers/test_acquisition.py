from __future__ import annotations

import numpy as np
import pytest

from autoskl.core.configuration import Configuration
from autoskl.optimizers.smac import SMAC
from autoskl.optimizers.surrogate.acquisition import (
    ACQUISITIONS,
    confidence_bound,
    expected_improvement,
    probability_of_improvement,
)
from autoskl.optimizers.surrogate.registry import surrogate_factory
from autoskl.space.parameters import real
from autoskl.space.space import space_of

BOWL = space_of(real("x", -1.0, 1.0), real("y", -1.0, 1.0))


def test_known_values_of_acquisition_functions() -> None:
    mean, deviation = np.array([0.0, -1.0]), np.array([1.0, 1e-12])
    assert expected_improvement(mean, deviation, 0.0) == pytest.approx([0.39894, 1.0], abs=1e-5)
    assert np.exp(probability_of_improvement(mean, deviation, 0.0)) == pytest.approx([0.5, 1.0])
    assert confidence_bound(mean, deviation, 0.5) == pytest.approx([2.5, 1.5])


def test_tiny_probabilities_of_improvement_differ() -> None:
    near, far = probability_of_improvement(np.array([50.0, 60.0]), np.ones(2), 0.0)
    assert near > far > -np.inf


@pytest.mark.parametrize("name", ACQUISITIONS)
def test_every_acquisition_finds_the_bottom_of_a_bowl(name: str) -> None:
    search = SMAC(BOWL, acquisition=name, seed=1)
    for _ in range(30):
        trial = search.ask()
        x, y = (float(trial.configuration[n]) for n in "xy")  # type: ignore[arg-type]
        search.tell(trial, (x - 0.3) ** 2 + (y + 0.2) ** 2)
    assert min(o.loss for o in search.observations) < 0.02


@pytest.mark.parametrize("name", ["gaussian-process", "forest"])
def test_draws_from_a_surrogate_match_its_predictions(name: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.random((25, 2)).astype(np.float32)
    y = np.sin(5 * x[:, 0]) + x[:, 1]
    model = surrogate_factory(name, 0)(lambda values: values)
    model.fit(x, y, np.arange(25))
    at = rng.random((40, 2)).astype(np.float32)
    drawn = np.array([model.draw(rng)(at) for _ in range(300)])
    mean, deviation = model.predict(at)
    assert np.corrcoef(drawn.mean(axis=0), mean)[0, 1] > 0.99
    assert drawn.std(axis=0).mean() == pytest.approx(deviation.mean(), rel=0.3)


def test_an_unknown_acquisition_is_an_error() -> None:
    with pytest.raises(ValueError, match="acquisition must be one of 'ei', 'pi'"):
        SMAC(BOWL, acquisition="poi")


def test_cost_exponent_needs_expected_improvement() -> None:
    with pytest.raises(ValueError, match="cost_exponent needs acquisition='ei'"):
        SMAC(BOWL, acquisition="ucb", cost_exponent=1.0)


def test_unknown_durations_are_left_out_of_their_model() -> None:
    def proposal(unknown: float) -> Configuration:
        search = SMAC(BOWL, cost_exponent=1.0, seed=1)
        for i in range(12):
            trial = search.ask()
            x = float(trial.configuration["x"])  # type: ignore[arg-type]
            search.tell(trial, (x - 0.3) ** 2, seconds=unknown if i < 6 else 10.0)
        return search.ask().configuration

    # All durations that are known agree, so that they cannot matter.
    assert proposal(0.0) == proposal(10.0)
