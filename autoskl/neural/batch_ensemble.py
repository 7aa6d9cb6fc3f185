"""Layers of a batch ensemble: members that share their weights and differ by factors.

Inputs are (networks, rows, members, features).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from autoskl.neural.arrays import Array, Operations
from autoskl.neural.layers import Pace, Parameters


@dataclass(frozen=True, slots=True)
class Members:
    """Gives each member its own view of the features.

    Parameters
    ----------
    k : int
    chunks : tuple of int
        Number of neighbouring features that share one random factor, as embeddings of one column.
    signs : bool
        Whether factors begin as random signs, else as normal numbers.
    """

    k: int
    chunks: tuple[int, ...]
    signs: bool

    reads_rows: ClassVar[bool] = False

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""
        return {"factor": Pace(1.0, 0.0)}

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw one number for each member and chunk."""
        shape = (1, 1, self.k, len(self.chunks))
        normal = rng.standard_normal(shape)
        drawn = np.where(normal < 0, -1.0, 1.0) if self.signs else normal
        return {"factor": np.repeat(drawn, self.chunks, axis=-1).astype(np.float32)}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Return (networks, rows, members, features); the rows may be shared or of each member."""
        return (x if x.ndim == 4 else x[:, :, None]) * parameters["factor"]


@dataclass(frozen=True, slots=True)
class SharedLinear:
    """A linear layer whose weights all members share.

    Parameters
    ----------
    size : int
        Number of outputs.
    k : int
    adapted : bool, default=True
        Whether members multiply inputs and outputs by factors of their own, and have their own
        biases.
    adapts_inputs : bool, default=True
        Whether inputs are multiplied; the first layer's have been already.
    """

    size: int
    k: int
    adapted: bool = True
    adapts_inputs: bool = True

    reads_rows: ClassVar[bool] = False

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""
        found = {"weight": Pace(), "bias": Pace(1.0, 0.0)}
        if self.adapted:
            found["scale_out"] = Pace(1.0, 0.0)
            if self.adapts_inputs:
                found["scale_in"] = Pace(1.0, 0.0)
        return found

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw weights and one bias for all members; factors begin with 1."""
        inputs = x.shape[-1]
        bound = 1.0 / math.sqrt(max(inputs, 1))
        weight = rng.uniform(-bound, bound, (1, self.size, inputs)).astype(np.float32)
        bias = rng.uniform(-bound, bound, (1, 1, 1, self.size)).astype(np.float32)
        if not self.adapted:
            return {"weight": weight, "bias": bias}
        found = {"weight": weight, "bias": np.repeat(bias, self.k, axis=2)}
        found["scale_out"] = np.ones((1, 1, self.k, self.size), np.float32)
        if self.adapts_inputs:
            found["scale_in"] = np.ones((1, 1, self.k, inputs), np.float32)
        return found

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Return (networks, rows, members, size)."""
        if "scale_in" in parameters:
            x = x * parameters["scale_in"]
        networks, rows, k, inputs = x.shape
        x = x.reshape(networks, rows * k, inputs)
        bias = parameters["bias"]
        if "scale_out" not in parameters:
            y = ops.linear(x, parameters["weight"], bias[:, 0])
            return y.reshape(networks, rows, k, self.size)
        y = x @ parameters["weight"].swapaxes(1, 2)
        return y.reshape(networks, rows, k, self.size) * parameters["scale_out"] + bias


@dataclass(frozen=True, slots=True)
class Heads:
    """A linear output layer for each member."""

    size: int
    k: int

    reads_rows: ClassVar[bool] = False

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""
        return {"weight": Pace(), "bias": Pace(1.0, 0.0)}

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw weights and biases."""
        inputs = x.shape[-1]
        bound = 1.0 / math.sqrt(max(inputs, 1))
        return {
            "weight": rng.uniform(-bound, bound, (1, self.k, self.size, inputs)).astype(np.float32),
            "bias": rng.uniform(-bound, bound, (1, self.k, 1, self.size)).astype(np.float32),
        }

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Return (networks, rows, members, size)."""
        y = ops.linear(x.swapaxes(1, 2), parameters["weight"], parameters["bias"])
        return y.swapaxes(1, 2)
