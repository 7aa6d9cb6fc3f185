"""The speed of this machine relative to the reference machine of the shipped costs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from autoskl.components.registry import component
from autoskl.execution.threads import limit_threads

TREES, ALGEBRA = "trees", "algebra"

REFERENCE_SECONDS = {TREES: 0.0050, ALGEBRA: 0.0025}
"""CPU seconds of the benchmarks below on the reference machine."""

_EXPONENTS = {TREES: 1.0, ALGEBRA: 0.5}
"""Exponents of the ratio of these seconds.

Fits of networks and linear models do more than matrix products: on two machines whose matrix
products differed by more than a factor of two, they took about equally long.
"""

_REPEATS = 7
_MAX_FACTOR = 8.0
"""Larger factors are taken for measurement errors."""

_ROWS, _COLUMNS, _BINS, _LEVELS = 4_000, 20, 64, 6
_WIDTH, _LAYERS = 256, 8


@dataclass(frozen=True, slots=True)
class Machine:
    """Seconds of a machine relative to the reference machine.

    Attributes
    ----------
    trees : float, default=1.0
        Factor of histograms and row gathering, as in tree models.
    algebra : float, default=1.0
        Factor of matrix products, as in linear models, kernels and networks.
    """

    trees: float = 1.0
    algebra: float = 1.0

    def factor(self, family: str) -> float:
        """Return the factor by which a fit of a family is slower here."""
        return self.trees if _grows_trees(family) else self.algebra

    @property
    def overall(self) -> float:
        """Geometric mean of the factors."""
        return math.sqrt(self.trees * self.algebra)

    @classmethod
    def from_factors(cls, factors: object) -> Machine:
        """Return the machine with these factors; missing or invalid ones become 1.

        Parameters
        ----------
        factors : mapping of str to float
            As returned by `factors`, or any untrusted content of a store.
        """
        known = factors if isinstance(factors, Mapping) else {}
        return cls(**{kind: _bounded(known.get(kind, 1.0)) for kind in REFERENCE_SECONDS})

    def factors(self) -> Mapping[str, float]:
        """Return the factors by kind of work, rounded to three digits for the store."""
        return {TREES: float(f"{self.trees:.3g}"), ALGEBRA: float(f"{self.algebra:.3g}")}


REFERENCE_MACHINE = Machine()


@cache
def _grows_trees(family: str) -> bool:
    """Whether a family is tagged ``trees``; cached, as every prediction of seconds needs it."""
    return component(family).tags.trees


@cache
def this_machine() -> Machine:
    """Measure this machine, in about a tenth of a second, once per process."""
    with limit_threads(1):
        return Machine(
            trees=_factor(TREES, _histograms()),
            algebra=_factor(ALGEBRA, _layers()),
        )


def _factor(kind: str, work: Callable[[], None], timer: Callable[[], float] | None = None) -> float:
    """Return the seconds of the fastest repeat relative to the reference machine."""
    now = time.thread_time if timer is None else timer
    best = float("inf")
    for _ in range(_REPEATS):
        started = now()
        work()
        best = min(best, now() - started)
    ratio = best / REFERENCE_SECONDS[kind]
    return _bounded(ratio ** _EXPONENTS[kind])


def _bounded(factor: object) -> float:
    """Return a factor clipped to its bounds, 1 if it is not a positive number."""
    if isinstance(factor, bool) or not isinstance(factor, int | float) or not factor > 0:
        return 1.0
    return min(max(float(factor), 1 / _MAX_FACTOR), _MAX_FACTOR)


def _histograms() -> Callable[[], None]:
    """Return a benchmark like tree growing: gradient sums per bin, level by level."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, _BINS, (_COLUMNS, _ROWS))
    gradients = rng.normal(size=_ROWS)

    def work() -> None:
        rows = np.arange(_ROWS)
        for level in range(_LEVELS):
            for column in codes:
                np.bincount(column[rows], weights=gradients[rows], minlength=_BINS)
            rows = rows[np.argsort(codes[level][rows], kind="stable")]

    return work


def _layers() -> Callable[[], None]:
    """Return a benchmark like a network: matrix products followed by a ReLU.

    No smooth activation: the speed of such functions varies between machines, and NumPy's
    implementations differ from those of the networks.
    """
    weights = np.random.default_rng(0).normal(size=(_WIDTH, _WIDTH)).astype(np.float32)

    def work() -> None:
        activations = weights
        for _ in range(_LAYERS):
            activations = np.maximum(0.1 * (activations @ weights), 0.0)

    return work
