from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from autoskl.core.metrics import LOG_LOSS, ROC_AUC
from autoskl.ensembles.candidate import Candidate, Truth
from autoskl.ensembles.temperature import (
    fit_temperature,
    temperature_of,
    tempered,
    tempered_loss,
)

Matrix = NDArray[np.float64]


def drawn(n_rows: int, power: float, seed: int = 0) -> tuple[Matrix, NDArray[np.int64]]:
    """Return classes drawn from probabilities, and these to a power."""
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.full(3, 0.5), n_rows)
    y = np.array([rng.choice(3, p=row) for row in true])
    told = np.maximum(true, 1e-12) ** power
    return told / told.sum(axis=1, keepdims=True), y


def truth(y: NDArray[np.int64], weight: Matrix | None = None, first: int = 0) -> Truth:
    return Truth(y, weight, np.arange(first, first + len(y)))


@pytest.mark.parametrize("power", [0.5, 1.0, 1.8])
def test_modest_and_bold_probabilities_are_mended(power: float) -> None:
    told, y = drawn(6_000, power)
    found = fit_temperature(
        {0: told[:3_000], 1: told[3_000:]}, {0: truth(y[:3_000]), 1: truth(y[3_000:], first=3_000)}
    )
    assert found == pytest.approx(power, rel=0.06)


def test_it_is_where_the_loss_is_least() -> None:
    told, y = drawn(5_000, 0.6)
    found = fit_temperature({0: told}, {0: truth(y)})
    losses = [LOG_LOSS.safe_loss(y, tempered(told, found * factor)) for factor in (0.9, 1.0, 1.1)]
    assert losses[1] < min(losses[0], losses[2])
    assert losses[1] < LOG_LOSS.safe_loss(y, told) - 0.02


def test_few_rows_stay_near_to_1_or_as_they_are() -> None:
    told, y = drawn(6_000, 0.4)
    few = fit_temperature({0: told[:150]}, {0: truth(y[:150])})
    assert fit_temperature({0: told}, {0: truth(y)}) < few < 1.0
    assert fit_temperature({0: told[:99]}, {0: truth(y[:99])}) == 1.0


def test_rows_of_weight_0_do_not_count_and_weights_do() -> None:
    told, y = drawn(600, 0.5)
    weight = np.repeat([0.0, 1.0, 3.0], 200)
    found = fit_temperature({0: told}, {0: truth(y, weight)})
    assert found == fit_temperature({0: told[200:]}, {0: truth(y[200:], weight[200:])})
    assert found != fit_temperature({0: told[200:]}, {0: truth(y[200:])})
    assert fit_temperature({0: told}, {0: truth(y, np.zeros(600))}) == 1.0


def test_predictions_that_are_always_right_or_wrong_keep_the_bounds() -> None:
    y = np.tile([0, 1], 5_000)
    right = np.where(np.arange(2) == y[:, None], 0.9, 0.1)
    assert fit_temperature({0: right}, {0: truth(y)}) == pytest.approx(1 / 3)
    assert fit_temperature({0: right[:, ::-1]}, {0: truth(y)}) == pytest.approx(3.0)


def test_a_part_of_many_rows_tells_enough() -> None:
    told, y = drawn(120_000, 0.7)
    assert fit_temperature({0: told}, {0: truth(y)}) == pytest.approx(0.7, rel=0.03)


@given(st.integers(0, 10_000), st.floats(0.34, 3.0))
def test_tempered_rows_add_up_to_1_and_keep_their_order(seed: int, temperature: float) -> None:
    told, _ = drawn(20, 1.0, seed)
    found = tempered(told, temperature)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    assert (np.diff(np.take_along_axis(found, told.argsort(axis=1), axis=1)) >= 0).all()
    assert tempered(told, 1.0) is told


def test_probabilities_of_0_and_1() -> None:
    found = tempered(np.array([[0.0, 1.0, 0.0]]), 0.4)
    assert np.isfinite(found).all()
    assert found.argmax() == 1


def test_an_ensemble_is_tempered_where_the_log_loss_counts() -> None:
    told, y = drawn(2_000, 0.5)
    other, _ = drawn(2_000, 0.5, seed=1)
    candidates = [Candidate(n, "a", {0: p}, {0: 0.0}) for n, p in enumerate((told, other))]
    truths = {0: truth(y)}
    found = temperature_of(candidates, {0: 1.0}, truths, LOG_LOSS)
    assert found == fit_temperature({0: told}, truths)
    assert temperature_of(candidates, {0: 1.0}, truths, ROC_AUC) == 1.0
    loss = tempered_loss(candidates, {0: 1.0}, truths, LOG_LOSS, found)
    assert loss == LOG_LOSS.safe_loss(y, tempered(told, found))
