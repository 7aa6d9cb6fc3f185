"""Gaussian processes with a limit on the optimisation of the kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

from scipy.optimize import minimize
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import (
    RBF,
    ConstantKernel,
    DotProduct,
    Matern,
    RationalQuadratic,
    WhiteKernel,
)

_SMOOTHNESS = {"matern_1_2": 0.5, "matern_3_2": 1.5, "matern_5_2": 2.5}


@dataclass(frozen=True, slots=True)
class LimitedLBFGS:
    """L-BFGS-B with a limited number of evaluations, an ``optimizer`` of scikit-learn's GPs.

    Attributes
    ----------
    evaluations : int
        Approximate maximum of evaluations of the likelihood.
    """

    evaluations: int

    def __call__(
        self, objective: Callable[[Any], Any], start: Any, bounds: Any
    ) -> tuple[Any, float]:
        """Return the best log-parameters of the kernel and the objective there."""
        options = {"maxfun": self.evaluations, "maxiter": self.evaluations}
        found = minimize(
            objective, start, method="L-BFGS-B", jac=True, bounds=bounds, options=options
        )
        return found.x, float(found.fun)


class MeanGaussianProcessRegressor(GaussianProcessRegressor):  # type: ignore[misc]
    """A Gaussian process that predicts only means; the factor for variances is not pickled."""

    def __getstate__(self) -> Any:
        state = dict(super().__getstate__())
        state.pop("L_", None)
        return state


def gaussian_process(
    *,
    kernel: str,
    length_scale: float,
    n_columns: int,
    classification: bool,
    evaluations: int,
    random_state: int,
    mixture: float = 1.0,
    trend: str = "constant",
    noise: float = 0.0,
) -> Any:
    """Return an unfitted Gaussian process for columns of unit variance.

    Parameters
    ----------
    kernel : {"rbf", "matern_1_2", "matern_3_2", "matern_5_2", "rational_quadratic"}
    length_scale : float
        Initial length scale, in units of the typical distance between rows.
    n_columns : int
    classification : bool
    evaluations : int
        Maximum evaluations of the likelihood; 0 keeps the initial kernel.
    random_state : int
    mixture : float, default=1.0
        Initial exponent of the rational quadratic kernel.
    trend : {"constant", "linear"}, default="constant"
        Trend that the smooth function is added to.
    noise : float, default=0.0
        Initial variance of the noise; regression only.
    """
    unit = sqrt(max(n_columns, 1))
    stationary = _stationary(kernel, length_scale * unit, (1e-2 * unit, 1e2 * unit), mixture)
    full = ConstantKernel(1.0, (1e-3, 1e3)) * stationary
    if trend == "linear":
        full = full + ConstantKernel(0.1 / unit**2, (1e-4 / unit**2, 1e2)) * DotProduct(
            0.0, "fixed"
        )
    optimizer = LimitedLBFGS(evaluations) if evaluations > 0 else None
    if classification:
        return GaussianProcessClassifier(full, optimizer=optimizer, random_state=random_state)
    full = full + WhiteKernel(noise, (1e-6, 3.0))
    # The jitter keeps duplicate rows from making the kernel matrix singular.
    return MeanGaussianProcessRegressor(
        full, alpha=1e-8, optimizer=optimizer, random_state=random_state
    )


def _stationary(kernel: str, length: float, bounds: tuple[float, float], mixture: float) -> Any:
    if kernel == "rbf":
        return RBF(length, bounds)
    if kernel == "rational_quadratic":
        return RationalQuadratic(length, mixture, bounds, (0.1, 100.0))
    return Matern(length, bounds, nu=_SMOOTHNESS[kernel])
