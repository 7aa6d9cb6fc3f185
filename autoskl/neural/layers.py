"""Layers: their parameters, how these are initialised, and what they compute.

A layer is a stateless value. Its parameters are arrays whose leading dimension is the network;
concatenating the parameters of equally shaped networks along it computes them together. Inputs are
(networks, rows, features).
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
class ParameterGroup:
    """How a parameter is trained, like a parameter group of a torch optimizer.

    Attributes
    ----------
    rate_factor : float
        Multiplies the learning rate; parameters with 0 are not trained.
    decay_factor : float
        Multiplies the weight decay.
    """

    rate_factor: float = 1.0
    decay_factor: float = 1.0


class Layer(Protocol):
    """A step of a network."""

    @property
    def needs_data(self) -> bool:
        """Whether `init_parameters` uses the values of the rows, not only their width."""

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Return the initial parameters of one network.

        Parameters
        ----------
        rng : Generator
        x : ndarray of shape (1, n_rows, n_features)
            Inputs of the layer for some training rows.
        """

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Compute the outputs of the layer."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers one after another; their parameters are named by position."""

    layers: tuple[Layer, ...]

    @property
    def needs_data(self) -> bool:
        """Whether any layer needs data."""
        return any(layer.needs_data for layer in self.layers)

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""
        return {
            f"{i}.{name}": pace
            for i, layer in enumerate(self.layers)
            for name, pace in layer.parameter_groups().items()
        }

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Return initial parameters; each layer sees the outputs of the layers before it."""
        found = {}
        last = max((i for i, layer in enumerate(self.layers) if layer.needs_data), default=-1)
        for i, layer in enumerate(self.layers):
            if i > last:
                x = x[:, :1]  # only the number of features still matters
            own = layer.init_parameters(rng, x)
            x = layer.forward(NUMPY, own, x)
            found.update({f"{i}.{name}": value for name, value in own.items()})
        return found

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Compute the outputs of the last layer."""
        for i, layer in enumerate(self.layers):
            x = layer.forward(ops, subset(parameters, str(i)), x)
        return x

    def with_constant_outputs(self, parameters: Parameters, outputs: Array) -> Parameters:
        """Return parameters with which the outputs are the same for all rows.

        Parameters
        ----------
        parameters : dict of str to ndarray
            The last layer has ``weight`` and ``bias``.
        outputs : ndarray of shape (n_outputs,)
        """
        weight, bias = (f"{len(self.layers) - 1}.{name}" for name in ("weight", "bias"))
        changed = {
            weight: np.zeros_like(parameters[weight]),
            bias: np.zeros_like(parameters[bias]) + np.asarray(outputs, np.float32),
        }
        return {**parameters, **changed}


def subset(parameters: Parameters, prefix: str) -> Parameters:
    """Return the parameters named ``<prefix>.<name>``, by the rest of the name."""
    start = f"{prefix}."
    return {n.removeprefix(start): v for n, v in parameters.items() if n.startswith(start)}


@dataclass(frozen=True, slots=True)
class FeatureScaling:
    """A factor for each feature, learned at a high rate: soft feature selection."""

    rate_factor: float = 6.0

    needs_data: ClassVar[bool] = False

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""
        return {"scale": ParameterGroup(self.rate_factor)}

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Return ones."""
        return {"scale": np.ones((1, 1, x.shape[-1]), np.float32)}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Multiply."""
        return x * parameters["scale"]


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear layer in the neural tangent parametrisation: weights are scaled by 1/sqrt(inputs).

    Parameters
    ----------
    size : int
        Number of outputs.
    init : {"normal", "data", "zeros"}, default="normal"
        ``"data"`` gives every output variance 1 over the rows and sets the bias to the negative of
        a random convex combination of five rows' outputs, so that the kinks of the activations lie
        among the data.
    rate_factor : float, default=1.0
        Factor of the learning rate of the weights.

    References
    ----------
    I. Steinwart. "A sober look at neural network initializations". 2019.
    """

    size: int
    init: str = "normal"
    rate_factor: float = 1.0

    @property
    def needs_data(self) -> bool:
        """Whether the initialisation depends on the outputs of rows."""
        return self.init == "data"

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""
        return {"weight": ParameterGroup(self.rate_factor), "bias": ParameterGroup(0.1, 0.0)}

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw weights and biases."""
        inputs = x.shape[-1]
        weight = rng.standard_normal((1, self.size, inputs), np.float32)
        bias = rng.standard_normal((1, 1, self.size), np.float32)
        if self.init == "zeros":
            return {"weight": 0 * weight, "bias": 0 * bias}
        if self.init == "data":
            rows = x.reshape(math.prod(x.shape[:-1]), inputs)  # -1 fails without inputs
            outputs = (rows @ weight[0].T) / math.sqrt(max(inputs, 1))
            spread = outputs.std(axis=0)
            spread[spread < 1e-6] = 1.0
            weight, outputs = weight / spread[:, np.newaxis], outputs / spread
            drawn = rng.integers(0, len(outputs), (5, self.size))
            shares = rng.standard_exponential((5, self.size), np.float32)
            chosen = outputs[drawn, np.arange(self.size)]
            bias[0, 0] = -(chosen * shares / shares.sum(axis=0)).sum(axis=0)
        return {"weight": weight, "bias": bias}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Multiply and add."""
        factor = 1.0 / math.sqrt(max(x.shape[-1], 1))
        return ops.linear(x, parameters["weight"], parameters["bias"], factor)


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function, or for each unit a learned mixture of it and the identity."""

    name: str
    parametric: bool = False
    rate_factor: float = 0.1

    needs_data: ClassVar[bool] = False

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""
        return {"share": ParameterGroup(self.rate_factor)} if self.parametric else {}

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Return shares of 1: the activation function alone."""
        return {"share": np.ones((1, 1, x.shape[-1]), np.float32)} if self.parametric else {}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Apply the function."""
        if not self.parametric:
            return ops.activate(self.name, x, in_place=True)
        return ops.mix(x, ops.activate(self.name, x), parameters["share"])


@dataclass(frozen=True, slots=True)
class Dropout:
    """Sets a random share of the units to zero during training.

    Parameters
    ----------
    rate : float or tuple of float
        One for all networks, or one per network.
    """

    rate: float | tuple[float, ...]

    needs_data: ClassVar[bool] = False

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return an empty mapping: there are no parameters."""
        return {}

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Return an empty mapping: there are no parameters."""
        return {}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Drop units."""
        return ops.dropout(x, self.rate)


def concatenate_parameters(parameters: Sequence[Parameters]) -> Parameters:
    """Concatenate the parameters of equally shaped networks along the leading dimension."""
    return {name: np.concatenate([p[name] for p in parameters]) for name in parameters[0]}
