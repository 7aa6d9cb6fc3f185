from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from autoskl.core.metrics import LOG_LOSS
from autoskl.ensembles import calibration
from autoskl.ensembles.calibration import NO_CALIBRATION, Calibration, fit_calibration
from autoskl.ensembles.candidate import HeldOutTarget

Matrix = NDArray[np.float64]


def drawn(n_rows: int, power: float, seed: int = 0) -> tuple[Matrix, NDArray[np.int64]]:
    """Return the powers of probabilities, and classes drawn from the probabilities themselves."""
    rng = np.random.default_rng(seed)
    true = np.maximum(rng.dirichlet(np.full(3, 0.5), n_rows), 1e-9)
    true /= true.sum(axis=1, keepdims=True)
    y = np.array([rng.choice(3, p=row) for row in true])
    probabilities = true**power
    return probabilities / probabilities.sum(axis=1, keepdims=True), y


def target_of(y: NDArray[np.int64], weight: Matrix | None = None, first: int = 0) -> HeldOutTarget:
    return HeldOutTarget(y, weight, np.arange(first, first + len(y)))


def fitted(
    probabilities: Matrix, y: NDArray[np.int64], weight: Matrix | None = None
) -> Calibration:
    return fit_calibration({0: probabilities}, {0: target_of(y, weight)})


@pytest.mark.parametrize("power", [0.5, 1.8])
def test_modest_and_bold_probabilities_are_mended(power: float) -> None:
    probabilities, y = drawn(6_000, power)
    parts = {0: probabilities[:3_000], 1: probabilities[3_000:]}
    found = fit_calibration(parts, {0: target_of(y[:3_000]), 1: target_of(y[3_000:], first=3_000)})
    assert found.temperature == pytest.approx(power, rel=0.06)
    assert found.floor == 0.0


def test_what_is_right_stays_as_it_is() -> None:
    probabilities, y = drawn(6_000, 1.0)
    assert fitted(probabilities, y) == NO_CALIBRATION
    assert NO_CALIBRATION(probabilities) is probabilities


def test_it_is_where_the_loss_is_least() -> None:
    probabilities, y = drawn(5_000, 0.6)
    found = fitted(probabilities, y)
    losses = [
        LOG_LOSS.safe_loss(y, Calibration(found.temperature * factor)(probabilities))
        for factor in (0.9, 1.0, 1.1)
    ]
    assert losses[1] < min(losses[0], losses[2])
    assert losses[1] < LOG_LOSS.safe_loss(y, probabilities) - 0.02


def test_votes_without_dissent_get_a_floor() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 3_000)
    votes = np.eye(3)[np.where(rng.random(3_000) < 0.9, y, (y + 1) % 3)]
    found = fitted(votes, y)
    assert found.floor > 0
    right = np.full(3, 0.05) + 0.85 * np.eye(3)
    expected = LOG_LOSS.safe_loss(y, right[votes.argmax(axis=1)])
    assert LOG_LOSS.safe_loss(y, found(votes)) == pytest.approx(expected, abs=0.05)


def test_few_rows_stay_nearer_to_1_or_as_they_are() -> None:
    probabilities, y = drawn(120, 0.4)
    few, many = fitted(probabilities, y), fitted(np.tile(probabilities, (20, 1)), np.tile(y, 20))
    assert many.temperature < few.temperature < 1.0
    assert fitted(probabilities[:99], y[:99]) == NO_CALIBRATION


def test_rows_of_weight_0_do_not_count_and_weights_do() -> None:
    probabilities, y = drawn(600, 0.5)
    weight = np.repeat([0.0, 1.0, 3.0], 200)
    assert fitted(probabilities, y, weight) == fitted(probabilities[200:], y[200:], weight[200:])
    assert fitted(probabilities, y, weight) != fitted(probabilities[200:], y[200:])
    assert fitted(probabilities, y, np.zeros(600)) == NO_CALIBRATION


def test_predictions_that_are_always_right_or_wrong_keep_the_bounds() -> None:
    y = np.tile([0, 1], 500_000)
    right = np.where(np.arange(2) == y[:, None], 0.6, 0.4)
    assert fitted(right, y).temperature == pytest.approx(1 / 6)
    assert fitted(right[:, ::-1], y).temperature == pytest.approx(6.0)


def test_a_part_of_many_rows_tells_enough() -> None:
    probabilities, y = drawn(60_000, 0.7)
    assert fitted(probabilities, y).temperature == pytest.approx(0.7, rel=0.03)


@pytest.mark.parametrize("seed", range(4))
def test_right_probabilities_of_many_classes_become_no_worse(seed: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = rng.gamma(0.02, size=(4_000, 1_000)) + 1e-9
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    y = (probabilities.cumsum(axis=1) < rng.random((4_000, 1))).sum(axis=1).clip(0, 999)
    found = fitted(probabilities, y)
    assert LOG_LOSS.safe_loss(y, found(probabilities)) <= LOG_LOSS.safe_loss(y, probabilities)


def alike(n_rows: int) -> Calibration:
    """Return the calibration of one prediction for all rows, which is too modest."""
    y = np.repeat([0, 0, 0, 0, 1], n_rows // 5)
    return fitted(np.tile([0.6, 0.3, 0.1], (n_rows, 1)), y)


def test_a_part_of_the_rows_counts_as_so_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is expected before the rows are looked at has the weight that they leave it."""
    few, many = alike(400), alike(40_000)
    assert few.temperature > many.temperature + 0.005
    monkeypatch.setattr(calibration, "_MAX_CELLS", 1_200)
    assert alike(40_000).temperature == pytest.approx(few.temperature)


@given(st.integers(0, 10_000), st.floats(0.17, 6.0), st.sampled_from([0.0, 1e-3, 0.05]))
def test_rows_add_up_to_1_and_keep_their_order(seed: int, temperature: float, floor: float) -> None:
    probabilities, _ = drawn(20, 1.0, seed)
    found = Calibration(temperature, floor)(probabilities)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    assert (np.diff(np.take_along_axis(found, probabilities.argsort(axis=1), axis=1)) >= 0).all()


def test_probabilities_of_0_and_1() -> None:
    found = Calibration(0.4)(np.array([[0.0, 1.0, 0.0]]))
    assert np.isfinite(found).all()
    assert found.argmax() == 1


def two_classes(n_rows: int, seed: int = 0) -> tuple[Matrix, NDArray[np.int64]]:
    """Return log odds, and classes drawn from them."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-2.0, 1.5, n_rows)
    return odds, (rng.random(n_rows) < 1 / (1 + np.exp(-odds))).astype(np.int64)


def from_odds(odds: Matrix) -> Matrix:
    probabilities = 1 / (1 + np.exp(-odds))
    return np.column_stack([1 - probabilities, probabilities])


def test_a_bias_that_the_order_of_rows_does_not_show_is_mended() -> None:
    odds, y = two_classes(8_000)
    biased = from_odds(0.8 * odds + 1.5)
    found = fit_calibration({0: biased}, {0: target_of(y)}, keeps_order=True)
    assert 1 / found.temperature == pytest.approx(1 / 0.8, rel=0.1)
    assert found.shift == pytest.approx(-1.5 / 0.8, rel=0.1)
    mended = found(biased)
    np.testing.assert_allclose(mended, from_odds(odds), atol=0.05)
    np.testing.assert_array_equal(np.argsort(mended[:, 1]), np.argsort(biased[:, 1]))
    assert fit_calibration({0: biased}, {0: target_of(y)}).shift == 0.0


def test_without_a_bias_nothing_is_shifted() -> None:
    odds, y = two_classes(8_000)
    found = fit_calibration({0: from_odds(odds)}, {0: target_of(y)}, keeps_order=True)
    assert found == NO_CALIBRATION


def test_a_squeezed_mean_of_an_ensemble_by_the_order_is_mended() -> None:
    odds, y = two_classes(8_000)
    squeezed = 0.1 * from_odds(odds) + 0.9 * 0.5  # most of the weight is a constant's
    found = fit_calibration({0: squeezed}, {0: target_of(y)}, keeps_order=True)
    losses = [LOG_LOSS.safe_loss(y, probabilities) for probabilities in (squeezed, found(squeezed))]
    assert losses[1] < 0.75 * losses[0]
