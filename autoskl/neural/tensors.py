"""The operations of which networks are made, on tensors, while they are trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from autoskl.neural.arrays import Array

_ACTIVATIONS = {
    "selu": torch.selu,
    "mish": torch.nn.functional.mish,
    "silu": torch.nn.functional.silu,
    "relu": torch.relu,
    "tanh": torch.tanh,
}
_LEVELS = 256
"""Dropout rates are multiples of 1/256, so that eight decisions come from one random number."""


class TensorOperations:
    """Operations on tensors.

    Parameters
    ----------
    generators : sequence of torch.Generator
        One for each network, so that its noise does not depend on which others there are.

    Attributes
    ----------
    training : bool
        Whether dropout is on.
    dropout_factor : float
        Multiplies all dropout rates: the schedule.
    sizes : sequence of int or None
        Rows of each network that count; None for all. Noise is drawn for these only.
    """

    def __init__(self, generators: Sequence[Any]) -> None:
        self._generators = generators
        self.training = False
        self.dropout_factor = 1.0
        self.sizes: Sequence[int] | None = None

    def activate(self, name: str, x: Array) -> Array:
        """Apply an activation function by its name."""
        return _ACTIVATIONS[name](x)

    def linear(self, x: Array, weight: Array, bias: Array, factor: float) -> Array:
        """Return ``factor * x @ weight + bias``."""
        return torch.baddbmm(bias, x, weight, alpha=factor)

    def cos(self, x: Array) -> Array:
        """Return the cosine."""
        return torch.cos(x)

    def clip(self, x: Array, lower: float, upper: float) -> Array:
        """Return values limited to a range."""
        return torch.clamp(x, lower, upper)

    def concat(self, parts: Sequence[Array]) -> Array:
        """Join tensors along the last dimension."""
        return torch.cat(list(parts), dim=-1)

    def embed(self, table: Array, codes: Array) -> Array:
        """Look codes up in tables."""
        networks, levels, size = table.shape
        first = torch.arange(networks, device=table.device)[:, None] * levels
        return torch.nn.functional.embedding(
            codes.long() + first, table.reshape(networks * levels, size)
        )

    def normalise(self, x: Array) -> Array:
        """Give each row of the last dimension mean 0 and variance 1."""
        return torch.nn.functional.layer_norm(x, x.shape[-1:])

    def dropout(self, x: Array, rate: float) -> Array:
        """Set a share of values to zero and enlarge the others, so that the mean stays."""
        dropped = round(rate * self.dropout_factor * _LEVELS)
        if not self.training or dropped == 0:
            return x
        size, n_rows = x[0].numel(), x.shape[1]
        shape = (len(self._generators), -(-size // 8))
        noise = torch.zeros(shape, dtype=torch.int64, device=x.device)
        rows = self.sizes or [n_rows] * len(self._generators)
        for part, counted, generator in zip(noise, rows, self._generators, strict=True):
            drawn = -(-counted * (size // n_rows) // 8)
            part[:drawn].random_(-(2**63), None, generator=generator)
        kept = noise.view(torch.uint8)[:, :size].reshape(x.shape) >= dropped
        return x * kept * (_LEVELS / (_LEVELS - dropped))
