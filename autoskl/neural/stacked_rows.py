"""Encoded rows of several networks in one array, padded to the same number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class StackedRows:
    """Encoded rows of several networks, padded with rows of weight 0.

    Attributes
    ----------
    X : ndarray of float32 of shape (n_networks, n_rows, n_features)
    y : ndarray of shape (n_networks, n_rows)
        Class codes (int64) or standardised values (float32).
    weight : ndarray of float32 of shape (n_networks, n_rows)
        Mean 1 over the real rows, 0 for the padding.
    counts : tuple of int
        Number of real rows of each network; they come first.
    """

    X: NDArray[np.float32]
    y: NDArray[Any]
    weight: NDArray[np.float32]
    counts: tuple[int, ...]


def stack_rows(
    parts: Sequence[tuple[NDArray[np.float32], NDArray[Any], NDArray[Any]]],
) -> StackedRows:
    """Stack the encoded rows, targets and weights of several networks."""
    counts = tuple(len(y) for _, y, _ in parts)
    shape = (len(parts), max(counts))
    X = np.zeros((*shape, parts[0][0].shape[1]), np.float32)
    y, weight = np.zeros(shape, parts[0][1].dtype), np.zeros(shape, np.float32)
    for i, (own_X, own_y, own_weight) in enumerate(parts):
        X[i, : counts[i]], y[i, : counts[i]] = own_X, own_y
        total = own_weight.sum()
        weight[i, : counts[i]] = own_weight * (counts[i] / total) if total > 0 else 0.0
    return StackedRows(X, y, weight, counts)
