"""What the first results of a fit tell about the seconds of the others."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_BOOSTED = frozenset({"lightgbm", "xgboost", "catboost", "hist_gradient_boosting"})
"""Families that stop early alike: what makes one stop late on a table does so to the others."""

_MACHINE, _FAMILY, _BOOSTING = 0.3, 0.4, 0.7
_NOISE = 0.6
"""Standard deviations of logarithms; see ``docs/metalearning.md`` for how they were found."""

_MOST = math.log(20.0)


class CostCorrection:
    """Logarithms of measured over predicted seconds: machine and table, family, noise.

    All three are normal, so that what is expected of a family that has not run yet follows from
    those that have, in closed form.
    """

    def __init__(self) -> None:
        self._ratios: dict[str, dict[int, float]] = {}
        self._expected: dict[str, float] = {}

    def observe(self, family: str, trial: int, ratio: float) -> None:
        """Take in a trial; a later value of the same trial replaces the earlier one.

        Parameters
        ----------
        family : str
        trial : int
            Its number.
        ratio : float
            Logarithm of measured over predicted seconds.
        """
        bounded = min(max(ratio, -_MOST), _MOST)
        self._ratios.setdefault(family, {})[trial] = bounded
        self._expected.clear()

    def knows(self, family: str) -> bool:
        """Whether the family has run."""
        return family in self._ratios

    def expected(self, family: str) -> float:
        """Return the logarithm by which predictions of a family should be changed."""
        if not self._ratios:
            return 0.0
        if family not in self._expected:
            self._expected[family] = self._posterior(family)
        return self._expected[family]

    def _posterior(self, family: str) -> float:
        known = sorted(self._ratios)
        means = np.array([np.mean(list(self._ratios[name].values())) for name in known])
        noise = np.array([_NOISE**2 / len(self._ratios[name]) for name in known])
        among = _covariance(known, known) + np.diag(noise)
        return float((_covariance([family], known) @ np.linalg.solve(among, means))[0])


def _covariance(first: list[str], second: list[str]) -> NDArray[np.float64]:
    return np.array([[_shared(a, b) for b in second] for a in first])


def _shared(first: str, second: str) -> float:
    """Return the variance that two families have in common."""
    boosted = first in _BOOSTED and second in _BOOSTED
    return _MACHINE**2 + _FAMILY**2 * (first == second) + _BOOSTING**2 * boosted
