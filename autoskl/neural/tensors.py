"""The operations networks are built from, on tensors, for training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from autoskl.neural.arrays import NORM_EPSILON, Array
from autoskl.neural.recipe import common_value
from autoskl.neural.tensor_functions import LinearMap, Mish, Selu

_ACTIVATIONS: dict[str, Any] = {
    "selu": torch.selu,
    "mish": torch.nn.functional.mish,
    "silu": torch.nn.functional.silu,
    "relu": torch.relu,
    "tanh": torch.tanh,
}
_IN_PLACE: dict[str, Any] = {"relu": torch.relu_}
_ON_CPU: dict[str, Any] = {"selu": Selu.apply, "mish": Mish.apply}
_LEVELS = 256
"""Dropout rates are at most 255 multiples of 1/256, so that one random number decides on eight
values."""

_MOMENTUM = 0.1
"""Weight of a batch in the running averages of batch normalisation."""


class TensorOperations:
    """Operations on tensors.

    Parameters
    ----------
    generators : sequence of torch.Generator
        One per network, so that its noise does not depend on the other networks.

    Attributes
    ----------
    training : bool
        Whether dropout is on.
    dropout_factor : float
        Multiplies all dropout rates; set by the schedule.
    sizes : sequence of int or None
        Number of real rows of each network in a batch; None if all are. Noise is drawn only for
        these.
    """

    def __init__(self, generators: Sequence[Any]) -> None:
        self._generators = generators
        self.training = False
        self.dropout_factor = 1.0
        self.sizes: Sequence[int] | None = None

    def activate(self, name: str, x: Array, *, in_place: bool = False) -> Array:
        """Apply an activation function by name; ``in_place`` allows overwriting ``x``."""
        if in_place and name in _IN_PLACE:
            return _IN_PLACE[name](x)
        if x.device.type == "cpu" and name in _ON_CPU:
            return _ON_CPU[name](x)
        return _ACTIVATIONS[name](x)

    def linear(self, x: Array, weight: Array, bias: Array, factor: float = 1.0) -> Array:
        """Return ``factor * x @ weight.T + bias`` per network."""
        if x.dim() == 3:
            return LinearMap.apply(x, weight, bias, factor)
        joined = (each.flatten(0, 1) for each in (x, weight, bias))
        return LinearMap.apply(*joined, factor).unflatten(0, x.shape[:2])

    def mix(self, x: Array, y: Array, share: Array) -> Array:
        """Return ``(1 - share) * x + share * y``."""
        return torch.lerp(x, y, share)

    def cos(self, x: Array) -> Array:
        """Return the cosine."""
        return torch.cos(x)

    def clip(self, x: Array, lower: float, upper: float) -> Array:
        """Clip the values to a range."""
        return torch.clamp(x, lower, upper)

    def concat(self, parts: Sequence[Array]) -> Array:
        """Concatenate tensors along the last dimension."""
        return torch.cat(list(parts), dim=-1)

    def embed(self, table: Array, codes: Array) -> Array:
        """Look up codes in tables."""
        networks, levels, size = table.shape
        first = torch.arange(networks, device=table.device)[:, None] * levels
        return torch.nn.functional.embedding(
            codes.long() + first, table.reshape(networks * levels, size)
        )

    def normalise(self, x: Array) -> Array:
        """Standardise each row over the last dimension."""
        return torch.nn.functional.layer_norm(x, x.shape[-1:])

    def standardise(self, x: Array, mean: Array, variance: Array) -> Array:
        """Standardise each feature, during training by the moments of the batch."""
        if self.training:
            # Padding is left out of the moments: each network sees what it would see alone.
            rows = torch.tensor(self.sizes or [x.shape[1]] * len(x), device=x.device)
            rows = rows.clamp(max=x.shape[1])[:, None, None]
            counted = (torch.arange(x.shape[1], device=x.device)[:, None] < rows) / rows
            batch_mean = (x * counted).sum(dim=1, keepdim=True)
            batch_variance = ((x - batch_mean).square() * counted).sum(dim=1, keepdim=True)
            with torch.no_grad():
                mean.lerp_(batch_mean, _MOMENTUM)
                variance.lerp_(batch_variance * (rows / (rows - 1).clamp(min=1)), _MOMENTUM)
            mean, variance = batch_mean, batch_variance
        return (x - mean) * torch.rsqrt(variance + NORM_EPSILON)

    def dropout(self, x: Array, rate: float | tuple[float, ...]) -> Array:
        """Set a random share of the values to zero and rescale the others to keep the mean."""
        rates = rate if isinstance(rate, tuple) else (rate,) * len(x)
        scaled = (round(each * self.dropout_factor * _LEVELS) for each in rates)
        dropped = [min(each, _LEVELS - 1) for each in scaled]
        if not self.training or not any(dropped):
            return x
        kept = torch.empty_like(x)
        limit, scale = _per_network(dropped, x), [_LEVELS / (_LEVELS - n) for n in dropped]
        torch.ge(self._noise(x, dropped), limit, out=kept)
        return x * kept.mul_(_per_network(scale, x))

    def _noise(self, x: Array, dropped: Sequence[int]) -> Array:
        """Return random bytes in the shape of x, for the networks and rows that need them."""
        size, n_rows = x[0].numel(), x.shape[1]
        noise = torch.zeros((len(x), -(-size // 8)), dtype=torch.int64, device=x.device)
        rows = self.sizes or [n_rows] * len(x)
        for i, generator in enumerate(self._generators):
            if dropped[i]:
                drawn = -(-rows[i] * (size // n_rows) // 8)
                noise[i, :drawn].random_(-(2**63), None, generator=generator)
        return noise.view(torch.uint8)[:, :size].reshape(x.shape)


def _per_network(values: Sequence[float], x: Array) -> Any:
    """Return a number, or a tensor that broadcasts against x if the networks differ."""
    value = common_value(values)
    if value is not None:
        return value
    return torch.tensor(values, device=x.device).view(-1, *(1,) * (x.dim() - 1))
