"""Layers: their parameters, how these begin, and what they compute.

A layer is a value without state. Parameters are arrays with a leading dimension of one network;
networks of the same shape are computed together when their parameters are joined along it. Inputs
are (networks, rows, features).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from autoskl.neural.arrays import NUMPY, Array, Operations

Parameters = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Pace:
    """How a parameter is trained.

    Attributes
    ----------
    rate : float
        Multiplies the learning rate; parameters with 0 are not trained.
    decay : float
        Multiplies the weight decay.
    """

    rate: float = 1.0
    decay: float = 1.0


class Layer(Protocol):
    """A step of a network."""

    @property
    def reads_rows(self) -> bool:
        """Whether `begin` looks at the values of rows, not only at the number of features."""

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Return initial parameters, of one network.

        Parameters
        ----------
        rng : Generator
        x : ndarray of shape (1, n_rows, n_features)
            Rows on which the layer begins: its inputs for some training rows.
        """

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Compute the outputs of the layer."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers one after another; their parameters are named by position."""

    layers: tuple[Layer, ...]

    @property
    def reads_rows(self) -> bool:
        """Whether one of the layers reads rows."""
        return any(layer.reads_rows for layer in self.layers)

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""
        return {
            f"{i}.{name}": pace
            for i, layer in enumerate(self.layers)
            for name, pace in layer.paces().items()
        }

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Return initial parameters; each layer begins on what the ones before it give."""
        found = {}
        last = max((i for i, layer in enumerate(self.layers) if layer.reads_rows), default=-1)
        for i, layer in enumerate(self.layers):
            if i > last:
                x = x[:, :1]  # only the number of features still matters
            own = layer.begin(rng, x)
            x = layer.forward(NUMPY, own, x)
            found.update({f"{i}.{name}": value for name, value in own.items()})
        return found

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Compute the outputs of the last layer."""
        for i, layer in enumerate(self.layers):
            x = layer.forward(ops, part(parameters, str(i)), x)
        return x


def part(parameters: Parameters, prefix: str) -> Parameters:
    """Return the parameters whose names begin with a prefix and a dot, without both."""
    start = f"{prefix}."
    return {n.removeprefix(start): v for n, v in parameters.items() if n.startswith(start)}


@dataclass(frozen=True, slots=True)
class Scale:
    """A factor for each feature, learned quickly: soft selection of features."""

    rate: float = 6.0

    reads_rows: ClassVar[bool] = False

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""
        return {"scale": Pace(self.rate)}

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Begin with 1."""
        return {"scale": np.ones((1, 1, x.shape[-1]), np.float32)}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Multiply."""
        return x * parameters["scale"]


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear layer in the neural tangent parametrisation: weights count 1/sqrt(inputs).

    Parameters
    ----------
    size : int
        Number of outputs.
    start : {"normal", "data", "zeros"}, default="normal"
        ``"data"`` gives every output variance 1 over the rows, and takes as bias the negative of a
        random convex combination of five rows' outputs, so that the kinks of the activations lie
        among the data.
    rate : float, default=1.0
        Learning rate of the weights.

    References
    ----------
    I. Steinwart. "A sober look at neural network initializations". 2019.
    """

    size: int
    start: str = "normal"
    rate: float = 1.0

    @property
    def reads_rows(self) -> bool:
        """Whether the outputs of rows decide how the layer begins."""
        return self.start == "data"

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""
        return {"weight": Pace(self.rate), "bias": Pace(0.1, 0.0)}

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw weights and biases."""
        inputs = x.shape[-1]
        weight = rng.standard_normal((1, self.size, inputs), np.float32)
        bias = rng.standard_normal((1, 1, self.size), np.float32)
        if self.start == "zeros":
            return {"weight": 0 * weight, "bias": 0 * bias}
        if self.start == "data":
            outputs = (x.reshape(-1, inputs) @ weight[0].T) / math.sqrt(max(inputs, 1))
            spread = outputs.std(axis=0)
            spread[spread < 1e-6] = 1.0
            weight, outputs = weight / spread[:, np.newaxis], outputs / spread
            rows = rng.integers(0, len(outputs), (5, self.size))
            shares = rng.standard_exponential((5, self.size), np.float32)
            chosen = outputs[rows, np.arange(self.size)]
            bias[0, 0] = -(chosen * shares / shares.sum(axis=0)).sum(axis=0)
        return {"weight": weight, "bias": bias}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Multiply and add."""
        factor = 1.0 / math.sqrt(max(x.shape[-1], 1))
        return ops.linear(x, parameters["weight"], parameters["bias"], factor)


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function, or a learned mixture of it with the identity for each unit."""

    name: str
    parametric: bool = False
    rate: float = 0.1

    reads_rows: ClassVar[bool] = False

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""
        return {"share": Pace(self.rate)} if self.parametric else {}

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Begin with the function alone."""
        return {"share": np.ones((1, 1, x.shape[-1]), np.float32)} if self.parametric else {}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Apply the function."""
        y = ops.activate(self.name, x)
        return ops.mix(x, y, parameters["share"]) if self.parametric else y


@dataclass(frozen=True, slots=True)
class Dropout:
    """Sets a share of the units to zero while training.

    Parameters
    ----------
    rate : float or tuple of float
        Of all networks, or of each.
    """

    rate: float | tuple[float, ...]

    reads_rows: ClassVar[bool] = False

    def paces(self) -> Mapping[str, Pace]:
        """Return nothing: there are no parameters."""
        return {}

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Return nothing: there are no parameters."""
        return {}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Drop units."""
        return ops.dropout(x, self.rate)


def join(parameters: Sequence[Parameters]) -> Parameters:
    """Put the parameters of networks of the same shape together."""
    return {name: np.concatenate([p[name] for p in parameters]) for name in parameters[0]}
