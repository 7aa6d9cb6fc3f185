"""The operations networks are built from, on NumPy arrays, so that prediction needs no torch.

The leading dimension of every array is the network: networks of the same shape, such as the folds
of a configuration, are computed together. `autoskl.neural.tensors` has the same operations on
tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = Any
"""An array or tensor; both support ``@``, arithmetic, indexing, ``reshape`` and ``swapaxes``."""

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
NORM_EPSILON = 1e-5


class Operations(Protocol):
    """Operations that networks need beyond arithmetic."""

    def activate(self, name: str, x: Array, *, in_place: bool = False) -> Array:
        """Apply an activation function by name; ``in_place`` allows overwriting ``x``."""

    def linear(self, x: Array, weight: Array, bias: Array, factor: float = 1.0) -> Array:
        """Return ``factor * x @ weight.T + bias`` per network; weights are (F, out, in)."""

    def mix(self, x: Array, y: Array, share: Array) -> Array:
        """Return ``(1 - share) * x + share * y``."""

    def cos(self, x: Array) -> Array:
        """Return the cosine."""

    def clip(self, x: Array, lower: float, upper: float) -> Array:
        """Clip the values to a range."""

    def concat(self, parts: Sequence[Array]) -> Array:
        """Concatenate arrays along the last dimension."""

    def embed(self, table: Array, codes: Array) -> Array:
        """Look up codes (F, B), stored as numbers, in tables (F, levels, size)."""

    def normalise(self, x: Array) -> Array:
        """Standardise each row over the last dimension."""

    def standardise(self, x: Array, mean: Array, variance: Array) -> Array:
        """Standardise each feature, during training by the moments of the batch.

        Training also updates ``mean`` and ``variance``, which have one row, in place as running
        averages.
        """

    def dropout(self, x: Array, rate: float | tuple[float, ...]) -> Array:
        """Set a random share of the values to zero during training; one rate or one per network."""


class NumpyOperations:
    """Operations on NumPy arrays, for prediction: deterministic."""

    def activate(self, name: str, x: Array, *, in_place: bool = False) -> Array:
        """Apply an activation function by name."""
        return _ACTIVATIONS[name](x)

    def linear(self, x: Array, weight: Array, bias: Array, factor: float = 1.0) -> Array:
        """Return ``factor * x @ weight.T + bias`` per network."""
        return (x @ weight.swapaxes(-1, -2)) * factor + bias

    def mix(self, x: Array, y: Array, share: Array) -> Array:
        """Return ``(1 - share) * x + share * y``."""
        return x + share * (y - x)

    def cos(self, x: Array) -> Array:
        """Return the cosine."""
        return np.cos(x)

    def clip(self, x: Array, lower: float, upper: float) -> Array:
        """Clip the values to a range."""
        return np.clip(x, lower, upper)

    def concat(self, parts: Sequence[Array]) -> Array:
        """Concatenate arrays along the last dimension."""
        return np.concatenate(parts, axis=-1)

    def embed(self, table: Array, codes: Array) -> Array:
        """Look up codes in tables."""
        return table[np.arange(len(table))[:, np.newaxis], codes.astype(np.intp)]

    def normalise(self, x: Array) -> Array:
        """Standardise each row over the last dimension."""
        centred = x - x.mean(axis=-1, keepdims=True)
        return centred / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + NORM_EPSILON)

    def standardise(self, x: Array, mean: Array, variance: Array) -> Array:
        """Standardise each feature by the given moments."""
        return (x - mean) / np.sqrt(variance + NORM_EPSILON)

    def dropout(self, x: Array, rate: float | tuple[float, ...]) -> Array:
        """Return the values unchanged."""
        return x


def _selu(x: NDArray[Any]) -> NDArray[Any]:
    below = np.expm1(np.minimum(x, 0.0))
    scale, alpha = x.dtype.type(_SELU_SCALE), x.dtype.type(_SELU_ALPHA)
    selu: NDArray[Any] = scale * np.where(x > 0, x, alpha * below)
    return selu


def _mish(x: NDArray[Any]) -> NDArray[Any]:
    mish: NDArray[Any] = x * np.tanh(np.logaddexp(x, x.dtype.type(0)))
    return mish


def _silu(x: NDArray[Any]) -> NDArray[Any]:
    silu: NDArray[Any] = x * (0.5 * (1.0 + np.tanh(0.5 * x))).astype(x.dtype)
    return silu


def _relu(x: NDArray[Any]) -> NDArray[Any]:
    relu: NDArray[Any] = np.maximum(x, x.dtype.type(0))
    return relu


_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "selu": _selu,
    "mish": _mish,
    "silu": _silu,
    "relu": _relu,
    "tanh": np.tanh,
}

ACTIVATIONS = tuple(_ACTIVATIONS)
"""Names of the activation functions."""

NUMPY = NumpyOperations()
