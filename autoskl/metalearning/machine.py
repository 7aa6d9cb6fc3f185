"""How fast this machine is, beside the one whose seconds the shipped costs are in."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from autoskl.components.registry import component
from autoskl.execution.threads import limited_threads

TREES, ALGEBRA = "trees", "algebra"

REFERENCE_SECONDS = {TREES: 0.0050, ALGEBRA: 0.0025}
"""Processor seconds of the pieces of work below on the reference machine."""

_EXPONENTS = {TREES: 1.0, ALGEBRA: 0.5}
"""Of the ratio of these seconds.

Fits of networks and of linear models do other things than products of matrices as well: on two
machines whose products differ by more than two, they took about as long.
"""

_REPEATS = 7
_BOUND = 8.0
"""Factors beyond it are mistakes of the measurement rather than of the machine."""

_ROWS, _COLUMNS, _BINS, _LEVELS = 4_000, 20, 64, 6
_WIDTH, _LAYERS = 256, 8


@dataclass(frozen=True, slots=True)
class Machine:
    """Seconds of a machine relative to those of the reference machine.

    Attributes
    ----------
    trees : float, default=1.0
        Of counting into bins and gathering rows, which trees do.
    algebra : float, default=1.0
        Of products of matrices, which linear models, kernels and networks do.
    """

    trees: float = 1.0
    algebra: float = 1.0

    def factor(self, family: str) -> float:
        """Return by how much longer a fit of a family takes here."""
        return self.trees if _grows_trees(family) else self.algebra

    @property
    def overall(self) -> float:
        """How much longer something of everything takes here."""
        return math.sqrt(self.trees * self.algebra)

    @classmethod
    def from_factors(cls, factors: object) -> Machine:
        """Return the machine that `factors` describe; what a store does not say is taken for 1.

        Parameters
        ----------
        factors : mapping of str to float
            As `factors` returns it, or something else that was found in a store.
        """
        told = factors if isinstance(factors, Mapping) else {}
        return cls(**{kind: _bounded(told.get(kind, 1.0)) for kind in REFERENCE_SECONDS})

    def factors(self) -> Mapping[str, float]:
        """Return the factors by kind of work, with three digits, as a store keeps them."""
        return {TREES: float(f"{self.trees:.3g}"), ALGEBRA: float(f"{self.algebra:.3g}")}


REFERENCE_MACHINE = Machine()


@cache
def _grows_trees(family: str) -> bool:
    """Whether a family is tagged so; asked for with every prediction of seconds."""
    return component(family).tags.trees


@cache
def this_machine() -> Machine:
    """Measure this machine, in about a tenth of a second; once in the life of a process."""
    with limited_threads(1):
        return Machine(
            trees=_factor(TREES, _histograms()),
            algebra=_factor(ALGEBRA, _layers()),
        )


def _factor(kind: str, work: Callable[[], None], timer: Callable[[], float] | None = None) -> float:
    """Return the seconds of the quickest of some repeats over those of the reference machine."""
    now = time.thread_time if timer is None else timer
    best = float("inf")
    for _ in range(_REPEATS):
        started = now()
        work()
        best = min(best, now() - started)
    ratio = best / REFERENCE_SECONDS[kind]
    return _bounded(ratio ** _EXPONENTS[kind])


def _bounded(factor: object) -> float:
    """Return a factor within its bounds, 1 for what is none."""
    if isinstance(factor, bool) or not isinstance(factor, int | float) or not factor > 0:
        return 1.0
    return min(max(float(factor), 1 / _BOUND), _BOUND)


def _histograms() -> Callable[[], None]:
    """Return work as a tree does it: sums of gradients by bin, level by level."""
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
    """Return work as a network does it: products of matrices, and what is passed on of them.

    Nothing smooth, since some machines have far quicker functions for that than others, and NumPy
    has other ones than the networks.
    """
    weights = np.random.default_rng(0).normal(size=(_WIDTH, _WIDTH)).astype(np.float32)

    def work() -> None:
        made = weights
        for _ in range(_LAYERS):
            made = np.maximum(0.1 * (made @ weights), 0.0)

    return work
