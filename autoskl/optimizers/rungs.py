"""The arithmetic of successive halving: how many trials each rung gets, and who climbs."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from autoskl.core.fidelity import Ladder

_ROUNDING = 1e-9


def ratio(ladder: Ladder) -> float:
    """Return the geometric mean of the ratios of neighbouring costs, 3 for a single rung."""
    steps = len(ladder.rungs) - 1
    return float(ladder.rungs[0].cost ** (-1.0 / steps)) if steps else 3.0


def bracket_sizes(s: int, s_max: int, eta: float) -> tuple[int, ...]:
    """Return how many trials each rung of a bracket of Hyperband gets.

    Parameters
    ----------
    s : int
        Times that the bracket halves: 0 starts at full fidelity, ``s_max`` at the lowest.
    s_max : int
        Rungs of the ladder less one.
    eta : float
        One trial in ``eta`` climbs.

    Returns
    -------
    tuple of int of length s + 1
        From the lowest rung of the bracket to the full fidelity.

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
    sizes = [math.ceil((s_max + 1) / (s + 1) * eta**s - _ROUNDING)]
    # Rung by rung: the same as the paper's for a whole eta, and never more than 1/eta for others.
    while len(sizes) <= s:
        sizes.append(max(1, math.floor(sizes[-1] / eta + _ROUNDING)))
    return tuple(sizes)


class Bracket:
    """A bracket under way: which trials stand on which of its rungs.

    Parameters
    ----------
    sizes : tuple of int
        Trials on each rung, the lowest first.
    lowest : int
        Position of the first rung on the ladder.

    Attributes
    ----------
    rungs : list of list of int
        Numbers of the trials on each rung.
    """

    def __init__(self, sizes: tuple[int, ...], lowest: int) -> None:
        self.sizes = sizes
        self.lowest = lowest
        self.rungs: list[list[int]] = [[] for _ in sizes]
        self._climbed: list[set[int]] = [set() for _ in sizes]

    @property
    def has_room(self) -> bool:
        """Whether the lowest rung takes another new configuration."""
        return len(self.rungs[0]) < self.sizes[0]

    def next_to_climb(self, losses: NDArray[np.float64]) -> tuple[int, int] | None:
        """Return a trial to continue on the next rung, and the position of that rung.

        Parameters
        ----------
        losses : ndarray of shape (n_trials,)
            By number of the trial; NaN while pending, infinite when failed.

        Returns
        -------
        (int, int) or None
            None while results are missing and when all that should climb have.
        """
        for i, (rung, size) in enumerate(zip(self.rungs, self.sizes[1:], strict=False)):
            if not rung or (i == 0 and self.has_room):
                return None
            known = losses[rung]
            if np.isnan(known).any():
                return None
            order = [rung[j] for j in np.argsort(known, kind="stable") if np.isfinite(known[j])]
            for number in order[:size]:
                if len(self._climbed[i]) < size and number not in self._climbed[i]:
                    return number, self.lowest + i + 1
        return None

    def enter(self, number: int) -> None:
        """Add a new configuration on the lowest rung."""
        self.rungs[0].append(number)

    def climb(self, origin: int, number: int, position: int) -> None:
        """Note that trial ``number`` continues trial ``origin`` on a rung of the ladder."""
        i = position - self.lowest
        self._climbed[i - 1].add(origin)
        self.rungs[i].append(number)

    def can_climb(self, position: int) -> list[int]:
        """Return the trials that stand below a rung of the ladder and did not climb yet."""
        i = position - self.lowest
        if not 1 <= i < len(self.sizes):
            return []
        return [number for number in self.rungs[i - 1] if number not in self._climbed[i - 1]]
