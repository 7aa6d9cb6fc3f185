"""Encodes the user's target for networks, and decodes their outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from autoskl.neural.distinct_rows import Rows

_MIN_SHARE = 1e-30
"""Share of a class without rows, whose logarithm is finite."""


class Target(Protocol):
    """Encoding of the target of one network."""

    @property
    def n_outputs(self) -> int:
        """Number of outputs of a network."""

    def encode(self, rows: Rows) -> tuple[NDArray[Any], NDArray[np.float64]]:
        """Return targets and weights; rows whose loss is undefined get weight 0."""

    def constant(self, rows: Rows) -> NDArray[np.float64]:
        """Return the outputs, (n_outputs,), of a prediction that is the same for all rows."""

    def decode(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        """Return predictions for outputs of shape (n_rows, n_members, n_outputs)."""


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Classes of all networks that are trained together, and those that one network has seen.

    Attributes
    ----------
    all_classes, own_classes : ndarray
        Sorted labels.
    """

    all_classes: NDArray[Any]
    own_classes: NDArray[Any]

    @property
    def n_outputs(self) -> int:
        """Number of outputs of a network."""
        return len(self.all_classes)

    def encode(self, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return positions of the labels; labels that no network has seen get weight 0."""
        last = len(self.all_classes) - 1
        positions = np.minimum(np.searchsorted(self.all_classes, rows.y), last)
        return positions.astype(np.int64), rows.weight * (self.all_classes[positions] == rows.y)

    def constant(self, rows: Rows) -> NDArray[np.float64]:
        """Return the outputs that stand for the shares of the classes among some rows."""
        positions, weight = self.encode(rows)
        totals = np.bincount(positions, weight, minlength=self.n_outputs)
        shares: NDArray[np.float64] = np.log(np.maximum(totals / totals.sum(), _MIN_SHARE))
        return shares

    def decode(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        """Return the probabilities of the network's own classes, (n_rows, n_own_classes)."""
        own = np.searchsorted(self.all_classes, self.own_classes)
        scores = outputs[..., own].astype(np.float64)
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
        The other attributes are in units of ``2**exponent``, in which the largest absolute value
        is about 1, so that squares cannot overflow. Scaling by powers of 2 is exact.
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
        """Return the encoding of the values of the training rows."""
        exponent = int(np.frexp(np.abs(y).max())[1])
        y = np.ldexp(y, -exponent)
        mean = float(np.average(y, weights=weight))
        scale = float(np.sqrt(np.average((y - mean) ** 2, weights=weight)))
        usable = scale > 1e-12 * abs(mean)
        return cls(exponent, mean, scale if usable else 1.0, float(y.min()), float(y.max()))

    def encode(self, rows: Rows) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Return standardised values."""
        y = np.ldexp(np.asarray(rows.y, dtype=np.float64), -self.exponent)
        return ((y - self.mean) / self.scale).astype(np.float32), rows.weight

    def constant(self, rows: Rows) -> NDArray[np.float64]:
        """Return the output that stands for the mean of the training rows."""
        return np.zeros(1)

    def decode(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        """Return values (n_rows, 1)."""
        means = outputs.astype(np.float64).mean(axis=1)
        values = np.clip(means * self.scale + self.mean, self.lowest, self.highest)
        scaled: NDArray[np.float64] = np.ldexp(values, self.exponent)
        return scaled


def class_targets(parts: Sequence[Rows]) -> list[Classes]:
    """Return the encoding of the labels of each network's training rows."""
    own = [np.unique(rows.y) for rows in parts]
    all_classes = np.unique(np.concatenate(own))
    return [Classes(all_classes, classes) for classes in own]


def value_targets(parts: Sequence[Rows]) -> list[Values]:
    """Return the encoding of the values of each network's training rows."""
    return [Values.of(np.asarray(rows.y, dtype=np.float64), rows.weight) for rows in parts]
