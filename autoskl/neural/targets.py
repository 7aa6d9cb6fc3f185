"""From the user's target to what networks learn, and from their outputs back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from autoskl.neural.distinct_rows import Rows


class Target(Protocol):
    """What one network learns."""

    @property
    def n_outputs(self) -> int:
        """Number of outputs of a network."""

    def code(self, rows: Rows) -> tuple[NDArray[Any], NDArray[np.float64]]:
        """Return targets and weights of rows; 0 for rows that a loss cannot be computed of."""

    def decode(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        """Return predictions from outputs (n_rows, n_members, n_outputs)."""


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Classes of all networks that are trained together, and those that one of them has seen.

    Attributes
    ----------
    every, own : ndarray
        Sorted labels.
    """

    every: NDArray[Any]
    own: NDArray[Any]

    @property
    def n_outputs(self) -> int:
        """Number of outputs of a network."""
        return len(self.every)

    def code(self, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return positions of the labels; labels that no network has seen have no weight."""
        places = np.minimum(np.searchsorted(self.every, rows.y), len(self.every) - 1)
        return places.astype(np.int64), rows.weight * (self.every[places] == rows.y)

    def decode(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        """Return probabilities (n_rows, n_own) of the network's own classes."""
        scores = outputs[..., np.searchsorted(self.every, self.own)].astype(np.float64)
        scores -= scores.max(axis=-1, keepdims=True)
        odds = np.exp(scores)
        members = odds / odds.sum(axis=-1, keepdims=True)
        probabilities: NDArray[np.float64] = members.mean(axis=1)
        return probabilities


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """Standardised values; predictions stay within the range of the training rows.

    Attributes
    ----------
    exponent : int
        The other numbers count in units of 2 to this power, in which the largest value is about
        1: else squares of large values would be infinite. Powers of 2 change no digit.
    mean, scale, lowest, highest : float
    n_outputs : int
    """

    exponent: int
    mean: float
    scale: float
    lowest: float
    highest: float
    n_outputs: int = 1

    @classmethod
    def of(cls, y: NDArray[np.float64], weight: NDArray[np.float64]) -> Values:
        """Return what is learned of the values of training rows."""
        exponent = int(np.frexp(np.abs(y).max())[1])
        y = np.ldexp(y, -exponent)
        mean = float(np.average(y, weights=weight))
        scale = float(np.sqrt(np.average((y - mean) ** 2, weights=weight)))
        usable = scale > 1e-12 * abs(mean)
        return cls(exponent, mean, scale if usable else 1.0, float(y.min()), float(y.max()))

    def code(self, rows: Rows) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Return standardised values."""
        y = np.ldexp(np.asarray(rows.y, dtype=np.float64), -self.exponent)
        return ((y - self.mean) / self.scale).astype(np.float32), rows.weight

    def decode(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        """Return values (n_rows, 1)."""
        means = outputs.astype(np.float64).mean(axis=1)
        values = np.clip(means * self.scale + self.mean, self.lowest, self.highest)
        scaled: NDArray[np.float64] = np.ldexp(values, self.exponent)
        return scaled


def class_targets(parts: Sequence[Rows]) -> list[Classes]:
    """Return what each network learns of the labels of its training rows."""
    own = [np.unique(rows.y) for rows in parts]
    every = np.unique(np.concatenate(own))
    return [Classes(every, classes) for classes in own]


def value_targets(parts: Sequence[Rows]) -> list[Values]:
    """Return what each network learns of the values of its training rows."""
    return [Values.of(np.asarray(rows.y, dtype=np.float64), rows.weight) for rows in parts]
