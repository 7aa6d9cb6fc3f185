"""Hidden layers that are each configured and connected individually."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np
from sklearn.utils._param_validation import StrOptions, validate_parameter_constraints

from autoskl.neural.arrays import Array, Operations
from autoskl.neural.constraints import ACTIVATION, POSITIVE, SHARE, Constraints
from autoskl.neural.layers import (
    Activation,
    Dropout,
    Layer,
    Linear,
    ParameterGroup,
    Parameters,
    Stack,
    subset,
)

_CONSTRAINTS: Constraints = {
    "width": [POSITIVE],
    "activation": [ACTIVATION],
    "normalisation": [StrOptions({"none", "layer", "batch"})],
    "dropout": [SHARE],
    "connection": [StrOptions({"plain", "residual", "dense"})],
}


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """Configuration of one hidden layer.

    Attributes
    ----------
    width : int
    activation : str
        One of `autoskl.neural.arrays.ACTIVATIONS`.
    normalisation : {"none", "layer", "batch"}
        Over the units of each row (layer), or over the rows for each unit (batch).
    dropout : float
    connection : {"plain", "residual", "dense"}
        Whether the inputs are added to the outputs ("residual", projected if the widths differ) or
        concatenated with them ("dense").
    """

    width: int
    activation: str = "relu"
    normalisation: str = "none"
    dropout: float = 0.0
    connection: str = "plain"

    def __post_init__(self) -> None:
        validate_parameter_constraints(_CONSTRAINTS, asdict(self), caller_name="LayerSpec")


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Layer normalisation: mean 0 and variance 1 over the units, then a learned scale and shift.

    References
    ----------
    J. L. Ba, J. R. Kiros, G. E. Hinton. "Layer normalization". 2016.
    """

    needs_data: ClassVar[bool] = False

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""
        return {"gain": ParameterGroup(1.0, 0.0), "shift": ParameterGroup(1.0, 0.0)}

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Return the identity: scale 1 and shift 0."""
        shape = (1, 1, x.shape[-1])
        return {"gain": np.ones(shape, np.float32), "shift": np.zeros(shape, np.float32)}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Normalise."""
        return ops.normalise(x) * parameters["gain"] + parameters["shift"]


@dataclass(frozen=True, slots=True)
class BatchNormalisation:
    """Batch normalisation: mean 0 and variance 1 over the rows, then a learned scale and shift.

    References
    ----------
    S. Ioffe, C. Szegedy. "Batch normalization: Accelerating deep network training by reducing
    internal covariate shift". ICML, 2015.
    """

    needs_data: ClassVar[bool] = True

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name; the moments are running averages."""
        learned = {"gain": ParameterGroup(1.0, 0.0), "shift": ParameterGroup(1.0, 0.0)}
        return {**learned, "mean": ParameterGroup(0.0), "variance": ParameterGroup(0.0)}

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Return the moments of the rows, scale 1 and shift 0."""
        rows = x.reshape(-1, x.shape[-1])
        shape = (1, 1, x.shape[-1])
        return {
            "gain": np.ones(shape, np.float32),
            "shift": np.zeros(shape, np.float32),
            "mean": rows.mean(axis=0, dtype=np.float32).reshape(shape),
            "variance": rows.var(axis=0, dtype=np.float32).reshape(shape),
        }

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Normalise."""
        standard = ops.standardise(x, parameters["mean"], parameters["variance"])
        return standard * parameters["gain"] + parameters["shift"]


@dataclass(frozen=True, slots=True)
class ConnectedLayer:
    """A hidden layer with its connection: plain, residual or dense."""

    spec: LayerSpec

    @property
    def needs_data(self) -> bool:
        """Whether the normalisation needs data."""
        return self._inner().needs_data

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""
        found = {f"inner.{name}": pace for name, pace in self._inner().parameter_groups().items()}
        if self.spec.connection == "residual":
            found["projection"] = ParameterGroup()
        return found

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw the parameters; a projection only if the widths differ."""
        inner = self._inner().init_parameters(rng, x)
        found = {f"inner.{name}": value for name, value in inner.items()}
        if self.spec.connection == "residual" and x.shape[-1] != self.spec.width:
            shape = (1, x.shape[-1], self.spec.width)
            found["projection"] = rng.standard_normal(shape, np.float32)
        return found

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Compute the outputs of the layer and combine them with its inputs."""
        y = self._inner().forward(ops, subset(parameters, "inner"), x)
        if self.spec.connection == "dense":
            return ops.concat([y, x])
        if self.spec.connection == "residual":
            if "projection" in parameters:
                return y + (x @ parameters["projection"]) * x.shape[-1] ** -0.5
            return y + x
        return y

    def _inner(self) -> Stack:
        layers: list[Layer] = [Linear(self.spec.width)]
        if self.spec.normalisation == "layer":
            layers.append(Normalisation())
        elif self.spec.normalisation == "batch":
            layers.append(BatchNormalisation())
        layers.append(Activation(self.spec.activation))
        if self.spec.dropout > 0:
            layers.append(Dropout(self.spec.dropout))
        return Stack(tuple(layers))
