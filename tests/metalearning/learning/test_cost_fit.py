from __future__ import annotations

from pathlib import Path

import numpy as np

from autoskl.core.task import Task
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.costs import GROWING
from autoskl.metalearning.learning.cost_fit import (
    Timings,
    error_factors,
    fit_cost,
    fit_exponents,
    fit_family,
    predict,
    read_timings,
)
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.configuration_row import configuration_row
from autoskl.metalearning.store.store import Store


def timings(noise: float, n: int = 200) -> tuple[Timings, np.ndarray]:
    rng = np.random.default_rng(0)
    features = np.column_stack([np.full(n, 0.01), rng.lognormal(0, 2, n), rng.lognormal(0, 1, n)])
    truth = np.array([2.0, 0.5, 0.0])
    logarithms = np.column_stack([np.ones(n), *rng.normal(size=(5, n))])
    seconds = features @ truth * np.exp(noise * rng.normal(size=n))
    return Timings(features, logarithms, seconds, np.array([f"g{i % 20}" for i in range(n)])), truth


def test_true_coefficients_are_recovered() -> None:
    known, truth = timings(0.0)
    np.testing.assert_allclose(fit_cost(known.features, known.seconds), truth, atol=1e-6)


def test_coefficients_are_never_negative_and_unbiased_in_ratio() -> None:
    known, _ = timings(0.5)
    coefficients = fit_cost(known.features, known.seconds)
    assert np.all(coefficients >= 0)
    ratios = known.seconds / (known.features @ coefficients)
    assert abs(np.median(np.log(ratios))) < 1e-6


def test_errors_are_measured_on_held_out_groups() -> None:
    known, _ = timings(0.3)
    factors = error_factors({"family": known})["family"]
    assert len(factors) == 200
    # The median of |normal| with deviation 0.3 is 0.2.
    assert 1.15 < np.median(factors) < 1.35


def test_true_exponents_are_recovered() -> None:
    rng = np.random.default_rng(0)
    logarithms = np.column_stack([np.ones(900), *rng.normal(size=(6, 900)), np.zeros(900)])
    truth = np.array([0.3, 0.5, 0.0, 0.0, 0.0, -0.4, 0.0, 0.0])
    ratios = np.exp(logarithms @ truth + 0.1 * rng.normal(size=900))
    np.testing.assert_allclose(fit_exponents(logarithms, ratios), truth, atol=0.05)


def test_a_larger_table_is_never_predicted_faster() -> None:
    rng = np.random.default_rng(0)
    logarithms = np.column_stack([np.ones(300), *rng.normal(size=(5, 300))])
    ratios = np.exp(-logarithms[:, 1])
    exponents = fit_exponents(logarithms, ratios)
    assert np.all(exponents[GROWING] >= 0)


def test_exponents_lower_the_error_on_held_out_results() -> None:
    known, _ = timings(0.1)
    known.seconds[:] *= np.exp(0.8 * known.logarithms[:, 5])
    half = np.arange(200) < 100
    errors = np.log(known.seconds / predict(known, fit_family(known, half)))
    plain = np.log(known.seconds / (known.features @ fit_cost(known.features, known.seconds)))
    assert np.abs(errors[~half]).mean() < 0.6 * np.abs(plain[~half]).mean()


def store_of(path: Path, factors: dict[str, float], n_folds: int = 1) -> Store:
    """Return a store of 20 tasks on which a fit took two seconds on a machine."""
    store = Store(path)
    configuration = configuration_row(PortableConfiguration((Task.BINARY,), {"model": "lightgbm"}))
    store.add(schema.CONFIGURATIONS, [configuration])
    store.add(schema.MACHINES, [{"key": "m", "cores": 2, "factors": factors}])
    names = [f"task{i}" for i in range(20)]
    known = {"origin": "shipped", "type": "binary", "rows": 900, "columns": 4, "classes": 2}
    store.add(
        schema.TASKS,
        [{"key": n, "group": n, "weight": 1.0, "created": 0.0, **known} for n in names],
    )
    rows = {"rows_fit": 600, "rows_validation": 200, "rows_test": 100, "columns": 4, "outputs": 2}
    of = [{"task": name, "stage": "H", "repeat": 0} for name in names]
    store.add(schema.SPLITS, [{**task, **rows, "folds": n_folds} for task in of])
    result = {
        "configuration": configuration["key"],
        "environment": "e",
        "machine": "m",
        "fold": 0,
        "status": "ok",
        "reason": "",
        "losses": {},
        "cpu_seconds": 2.0,
        "wall_seconds": 2.0,
        "predict_seconds": 0.1,
        "peak_bytes": 0.0,
        "created": 0.0,
    }
    store.add(schema.RESULTS, [{**task, **result} for task in of])
    return store


def test_seconds_are_converted_to_the_reference_machine(tmp_path: Path) -> None:
    with store_of(tmp_path / "s.sqlite", {"trees": 4.0}) as store:
        assert read_timings(store)["lightgbm"].seconds.tolist() == [0.5] * 20


def test_seconds_of_all_folds_are_divided_by_their_number(tmp_path: Path) -> None:
    with store_of(tmp_path / "s.sqlite", {}, n_folds=5) as store:
        assert read_timings(store)["lightgbm"].seconds.tolist() == [0.4] * 20


def test_an_unmeasured_machine_counts_as_the_reference(tmp_path: Path) -> None:
    with store_of(tmp_path / "s.sqlite", {}) as store:
        assert read_timings(store)["lightgbm"].seconds.tolist() == [2.0] * 20
