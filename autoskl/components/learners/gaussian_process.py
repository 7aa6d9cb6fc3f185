"""Gaussian processes whose search for a likely kernel ends after few steps."""

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
class BriefAscent:
    """Quasi-Newton steps, as long as there are evaluations left.

    Attributes
    ----------
    evaluations : int
        Of the likelihood, about.
    """

    evaluations: int

    def __call__(
        self, objective: Callable[[Any], Any], start: Any, bounds: Any
    ) -> tuple[Any, float]:
        """Return the best logarithms of the kernel's parameters and the objective there."""
        options = {"maxfun": self.evaluations, "maxiter": self.evaluations}
        found = minimize(
            objective, start, method="L-BFGS-B", jac=True, bounds=bounds, options=options
        )
        return found.x, float(found.fun)


class LeanRegressor(GaussianProcessRegressor):  # type: ignore[misc]
    """A Gaussian process that predicts means; what only variances need is not pickled."""

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
        Where the search begins, in units of the distance between usual rows.
    n_columns : int
    classification : bool
    evaluations : int
        Of the likelihood; 0 keeps the kernel as it is.
    random_state : int
    mixture : float, default=1.0
        Where the search for the exponent of the rational quadratic kernel begins.
    trend : {"constant", "linear"}, default="constant"
        What the smooth function is added to.
    noise : float, default=0.0
        Variance of the noise where the search begins; for values only.
    """
    unit = sqrt(max(n_columns, 1))
    shape = _shape(kernel, length_scale * unit, (1e-2 * unit, 1e2 * unit), mixture)
    full = ConstantKernel(1.0, (1e-3, 1e3)) * shape
    if trend == "linear":
        full = full + ConstantKernel(0.1 / unit**2, (1e-4 / unit**2, 1e2)) * DotProduct(
            0.0, "fixed"
        )
    optimizer = BriefAscent(evaluations) if evaluations > 0 else None
    if classification:
        return GaussianProcessClassifier(full, optimizer=optimizer, random_state=random_state)
    full = full + WhiteKernel(noise, (1e-6, 3.0))
    # Rows that are there twice must not make the kernel singular.
    return LeanRegressor(full, alpha=1e-8, optimizer=optimizer, random_state=random_state)


def _shape(kernel: str, length: float, bounds: tuple[float, float], mixture: float) -> Any:
    if kernel == "rbf":
        return RBF(length, bounds)
    if kernel == "rational_quadratic":
        return RationalQuadratic(length, mixture, bounds, (0.1, 100.0))
    return Matern(length, bounds, nu=_SMOOTHNESS[kernel])
