from __future__ import annotations

import pickle

import numpy as np
import pytest

from autoskl.components.predictors.gaussian_process import LimitedLBFGS, gaussian_process
from tests.components.factories import table

KERNELS = ("rbf", "matern_1_2", "matern_3_2", "matern_5_2", "rational_quadratic")


@pytest.mark.filterwarnings("ignore:The optimal value found")
@pytest.mark.parametrize("kernel", KERNELS)
def test_smooth_functions_are_learned(kernel: str) -> None:
    X = np.linspace(-2, 2, 60)[:, np.newaxis]
    y = np.sin(2 * X[:, 0])
    model = gaussian_process(
        kernel=kernel,
        length_scale=1.0,
        n_columns=1,
        classification=False,
        evaluations=15,
        random_state=0,
        noise=0.1,
    ).fit(X[::2], y[::2])
    assert np.abs(model.predict(X) - y).max() < 0.2


def test_evaluations_are_limited() -> None:
    asked: list[float] = []

    def objective(point: np.ndarray) -> tuple[float, np.ndarray]:  # type: ignore[type-arg]
        asked.append(point[0])
        return float(np.cosh(point[0] / 50)), np.sinh(point / 50) / 50

    found, value = LimitedLBFGS(4)(objective, np.array([300.0]), [(-500.0, 500.0)])
    assert len(asked) <= 8
    assert value == pytest.approx(np.cosh(found[0] / 50))
    assert value < np.cosh(6)


def test_pickle_is_small() -> None:
    X, y = table(200, n_classes=1)
    model = gaussian_process(
        kernel="rbf",
        length_scale=1.0,
        n_columns=4,
        classification=False,
        evaluations=0,
        random_state=0,
        noise=0.1,
    ).fit(X, (y - y.mean()) / y.std())
    data = pickle.dumps(model)
    assert len(data) < 8 * 200 * 20
    np.testing.assert_array_equal(pickle.loads(data).predict(X), model.predict(X))
