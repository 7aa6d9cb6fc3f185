"""Corrects predicted fitting times by those measured in the same search."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_BOOSTED = frozenset({"lightgbm", "xgboost", "catboost", "hist_gradient_boosting"})
"""Families whose early stopping is correlated: on some tables all of them stop late."""

_MACHINE, _FAMILY, _BOOSTING = 0.3, 0.4, 0.7
_NOISE = 0.6
"""Standard deviations of logarithms; ``docs/metalearning.md`` describes how they were estimated."""

_MAX_RATIO = math.log(20.0)


class CostCorrection:
    """Model of log(measured / predicted seconds): machine and table, family, and noise.

    All three components are normal, so the expectation for a family that has not run yet follows in
    closed form from those that have.
    """

    def __init__(self) -> None:
        self._ratios: dict[str, dict[int, float]] = {}
        self._expected: dict[str, float] = {}

    def observe(self, family: str, trial: int, ratio: float) -> None:
        """Add the ratio of a trial, replacing an earlier one of the same trial.

        Parameters
        ----------
        family : str
        trial : int
            Trial number.
        ratio : float
            Logarithm of measured over predicted seconds.
        """
        bounded = min(max(ratio, -_MAX_RATIO), _MAX_RATIO)
        self._ratios.setdefault(family, {})[trial] = bounded
        self._expected.clear()

    def knows(self, family: str) -> bool:
        """Whether the family has run."""
        return family in self._ratios

    def expected(self, family: str) -> float:
        """Return the expected log ratio of a family."""
        if not self._ratios:
            return 0.0
        if family not in self._expected:
            self._expected[family] = self._posterior(family)
        return self._expected[family]

    def _posterior(self, family: str) -> float:
        known = sorted(self._ratios)
        means = np.array([np.mean(list(self._ratios[name].values())) for name in known])
        noise = np.array([_NOISE**2 / len(self._ratios[name]) for name in known])
        covariance = _covariance(known, known) + np.diag(noise)
        return float((_covariance([family], known) @ np.linalg.solve(covariance, means))[0])


def _covariance(first: list[str], second: list[str]) -> NDArray[np.float64]:
    return np.array([[_common_variance(a, b) for b in second] for a in first])


def _common_variance(first: str, second: str) -> float:
    """Return the covariance of two families."""
    boosted = first in _BOOSTED and second in _BOOSTED
    return _MACHINE**2 + _FAMILY**2 * (first == second) + _BOOSTING**2 * boosted
