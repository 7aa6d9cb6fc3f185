"""Brackets of successive halving: the size of each rung, and which trials are promoted."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from autoskl.core.fidelity import Ladder

_ROUNDING_ERROR = 1e-9


def eta_of(ladder: Ladder) -> float:
    """Return the geometric mean of the cost ratios of neighbouring rungs, 3 for a single rung."""
    n_steps = len(ladder.rungs) - 1
    return float(ladder.rungs[0].cost ** (-1.0 / n_steps)) if n_steps else 3.0


def robust_floor(number: float) -> int:
    """Round down, except for a number that rounding errors put just below an integer."""
    return math.floor(number + _ROUNDING_ERROR)


def bracket_sizes(s: int, s_max: int, eta: float) -> tuple[int, ...]:
    """Return the number of trials on each rung of a Hyperband bracket.

    Parameters
    ----------
    s : int
        Number of halvings: a bracket with 0 starts at full fidelity, one with ``s_max`` at the
        lowest.
    s_max : int
        Number of rungs of the ladder minus one.
    eta : float
        One trial in ``eta`` is promoted.

    Returns
    -------
    tuple of int of length s + 1
        From the lowest rung of the bracket to the full fidelity. Each is rounded down on its own:
        at most ``n / eta**i`` of n configurations reach rung i, but unless ``eta`` is an integer, a
        rung may have up to ``1 / eta`` more trials than the one below divided by ``eta``.

    References
    ----------
    L. Li et al.: Hyperband: A novel bandit-based approach to hyperparameter optimization. JMLR 18,
    2018, algorithm 1.

    Examples
    --------
    >>> from autoskl.optimizers.rungs import bracket_sizes
    >>> [bracket_sizes(s, 3, 3) for s in (3, 2, 1, 0)]
    [(27, 9, 3, 1), (12, 4, 1), (6, 2), (4,)]
    """
    return _rung_sizes(math.ceil((s_max + 1) / (s + 1) * eta**s - _ROUNDING_ERROR), s, eta)


def _rung_sizes(n: int, s: int, eta: float) -> tuple[int, ...]:
    """Return the sizes of s + 1 rungs, the lowest of which has n trials."""
    return tuple(max(1, robust_floor(n * eta**-i)) for i in range(s + 1))


class Bracket:
    """A running bracket: the trials on each of its rungs.

    Parameters
    ----------
    sizes : tuple of int
        Planned number of trials on each rung, lowest first.
    lowest : int
        Position of its lowest rung on the ladder.

    Attributes
    ----------
    sizes : tuple of int
        Number of trials on each rung, smaller than planned after `close`.
    rungs : list of list of int
        Numbers of the trials on each rung.
    """

    def __init__(self, sizes: tuple[int, ...], lowest: int) -> None:
        self.sizes = sizes
        self.lowest = lowest
        self.rungs: list[list[int]] = [[] for _ in sizes]
        self._promoted: list[set[int]] = [set() for _ in sizes]

    @property
    def has_room(self) -> bool:
        """Whether the lowest rung has room for another new configuration."""
        return len(self.rungs[0]) < self.sizes[0]

    def next_to_promote(self, losses: NDArray[np.float64]) -> tuple[int, int] | None:
        """Return the number of a trial to promote, and the ladder position of its next rung.

        Parameters
        ----------
        losses : ndarray of shape (n_trials,)
            By trial number; NaN while pending, infinite when failed.

        Returns
        -------
        (int, int) or None
            None while results are missing, and once all promotions have been made.
        """
        for i, (rung, size) in enumerate(zip(self.rungs, self.sizes[1:], strict=False)):
            if not rung or (i == 0 and self.has_room):
                return None
            known = losses[rung]
            if np.isnan(known).any():
                return None
            order = [rung[j] for j in np.argsort(known, kind="stable") if np.isfinite(known[j])]
            for number in order[:size]:
                if len(self._promoted[i]) < size and number not in self._promoted[i]:
                    return number, self.lowest + i + 1
        return None

    def close(self, eta: float) -> None:
        """Accept no more configurations, and promote one in ``eta`` of those that there are."""
        if self.has_room:
            self.sizes = _rung_sizes(len(self.rungs[0]), len(self.sizes) - 1, eta)

    def add(self, number: int) -> None:
        """Add a new configuration on the lowest rung."""
        self.rungs[0].append(number)

    def promote(self, origin: int, number: int, position: int) -> None:
        """Record that trial ``number`` continues trial ``origin`` on a higher rung."""
        i = position - self.lowest
        self._promoted[i - 1].add(origin)
        self.rungs[i].append(number)

    def promotable(self, position: int) -> list[int]:
        """Return the trials on the rung below a ladder position that have not been promoted."""
        i = position - self.lowest
        if not 1 <= i < len(self.sizes):
            return []
        return [number for number in self.rungs[i - 1] if number not in self._promoted[i - 1]]
