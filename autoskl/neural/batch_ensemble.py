"""Layers of a batch ensemble, whose members share weights and differ by elementwise factors.

Inputs are (networks, rows, members, features).

References
----------
Y. Wen, D. Tran, J. Ba. "BatchEnsemble: An alternative approach to efficient ensemble and lifelong
learning". ICLR, 2020.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from autoskl.neural.arrays import Array, Operations
from autoskl.neural.layers import ParameterGroup, Parameters


@dataclass(frozen=True, slots=True)
class MemberFactors:
    """Multiplies the features by random factors of each member.

    Parameters
    ----------
    k : int
    chunks : tuple of int
        Numbers of adjacent features that share a factor, such as the embedding of one column.
    signs : bool
        Whether factors are initialised as random signs instead of normal numbers.
    """

    k: int
    chunks: tuple[int, ...]
    signs: bool

    needs_data: ClassVar[bool] = False

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""
        return {"factor": ParameterGroup(1.0, 0.0)}

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw one factor for each member and chunk."""
        shape = (1, 1, self.k, len(self.chunks))
        normal = rng.standard_normal(shape)
        drawn = np.where(normal < 0, -1.0, 1.0) if self.signs else normal
        return {"factor": np.repeat(drawn, self.chunks, axis=-1).astype(np.float32)}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Return (networks, rows, members, features); members may share the input rows."""
        return (x if x.ndim == 4 else x[:, :, None]) * parameters["factor"]


@dataclass(frozen=True, slots=True)
class SharedLinear:
    """A linear layer whose weights are shared by all members.

    Parameters
    ----------
    size : int
        Number of outputs.
    k : int
    adapted : bool, default=True
        Whether each member has its own input and output factors and biases.
    adapts_inputs : bool, default=True
        Whether inputs are multiplied; those of the first layer already are.
    """

    size: int
    k: int
    adapted: bool = True
    adapts_inputs: bool = True

    needs_data: ClassVar[bool] = False

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""
        found = {"weight": ParameterGroup(), "bias": ParameterGroup(1.0, 0.0)}
        if self.adapted:
            found["scale_out"] = ParameterGroup(1.0, 0.0)
            if self.adapts_inputs:
                found["scale_in"] = ParameterGroup(1.0, 0.0)
        return found

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw weights and one bias for all members; all factors are 1."""
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
    """One linear output layer per member."""

    size: int
    k: int

    needs_data: ClassVar[bool] = False

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""
        return {"weight": ParameterGroup(), "bias": ParameterGroup(1.0, 0.0)}

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
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
