from __future__ import annotations

import numpy as np

from autoskl.metalearning.learning.cost_fit import Timings, error_factors, fit_cost


def timings(noise: float, n: int = 200) -> tuple[Timings, np.ndarray]:
    rng = np.random.default_rng(0)
    features = np.column_stack([np.full(n, 0.01), rng.lognormal(0, 2, n), rng.lognormal(0, 1, n)])
    truth = np.array([2.0, 0.5, 0.0])
    seconds = features @ truth * np.exp(noise * rng.normal(size=n))
    return Timings(features, seconds, np.array([f"g{i % 20}" for i in range(n)])), truth


def test_the_truth_is_found() -> None:
    known, truth = timings(0.0)
    np.testing.assert_allclose(fit_cost(known.features, known.seconds), truth, atol=1e-6)


def test_coefficients_are_never_negative_and_unbiased_in_ratio() -> None:
    known, _ = timings(0.5)
    coefficients = fit_cost(known.features, known.seconds)
    assert np.all(coefficients >= 0)
    ratios = known.seconds / (known.features @ coefficients)
    assert abs(np.median(np.log(ratios))) < 1e-6


def test_errors_are_those_of_unseen_groups() -> None:
    known, _ = timings(0.3)
    factors = error_factors({"family": known})["family"]
    assert len(factors) == 200
    # The median of |normal| with deviation 0.3 is 0.2.
    assert 1.15 < np.median(factors) < 1.35
