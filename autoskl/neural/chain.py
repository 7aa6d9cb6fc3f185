"""Layers of a chain, each of which is connected with the one before in a way of its own."""

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
    Pace,
    Parameters,
    Stack,
    part,
)

_OF_LINKS: Constraints = {
    "width": [POSITIVE],
    "activation": [ACTIVATION],
    "normalisation": [StrOptions({"none", "layer", "batch"})],
    "dropout": [SHARE],
    "connection": [StrOptions({"plain", "residual", "dense"})],
}


@dataclass(frozen=True, slots=True)
class Link:
    """One layer of a chain.

    Attributes
    ----------
    width : int
    activation : str
        One of `autoskl.neural.arrays.ACTIVATIONS`.
    normalisation : {"none", "layer", "batch"}
        Over the units of each row, or over the rows for each unit.
    dropout : float
    connection : {"plain", "residual", "dense"}
        Whether the inputs are added to the outputs (projected where the widths differ), or stand
        beside them.
    """

    width: int
    activation: str = "relu"
    normalisation: str = "none"
    dropout: float = 0.0
    connection: str = "plain"

    def __post_init__(self) -> None:
        validate_parameter_constraints(_OF_LINKS, asdict(self), caller_name="Link")


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Gives the units of each row mean 0 and variance 1, then a learned scale and shift.

    References
    ----------
    J. L. Ba, J. R. Kiros, G. E. Hinton. "Layer normalization". 2016.
    """

    reads_rows: ClassVar[bool] = False

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""
        return {"gain": Pace(1.0, 0.0), "shift": Pace(1.0, 0.0)}

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Begin without scale and shift."""
        shape = (1, 1, x.shape[-1])
        return {"gain": np.ones(shape, np.float32), "shift": np.zeros(shape, np.float32)}

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Normalise."""
        return ops.normalise(x) * parameters["gain"] + parameters["shift"]


@dataclass(frozen=True, slots=True)
class BatchNormalisation:
    """Gives each unit mean 0 and variance 1 over the rows, then a learned scale and shift.

    References
    ----------
    S. Ioffe, C. Szegedy. "Batch normalization: Accelerating deep network training by reducing
    internal covariate shift". ICML, 2015.
    """

    reads_rows: ClassVar[bool] = True

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name; the moments follow the batches."""
        learned = {"gain": Pace(1.0, 0.0), "shift": Pace(1.0, 0.0)}
        return {**learned, "mean": Pace(0.0), "variance": Pace(0.0)}

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Begin with the moments of the rows, without scale and shift."""
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
class Connected:
    """A layer beside which its inputs pass."""

    link: Link

    @property
    def reads_rows(self) -> bool:
        """Whether the normalisation reads rows."""
        return self._inner().reads_rows

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""
        found = {f"inner.{name}": pace for name, pace in self._inner().paces().items()}
        if self.link.connection == "residual":
            found["projection"] = Pace()
        return found

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw the parameters; a projection only where the widths differ."""
        inner = self._inner().begin(rng, x)
        found = {f"inner.{name}": value for name, value in inner.items()}
        if self.link.connection == "residual" and x.shape[-1] != self.link.width:
            shape = (1, x.shape[-1], self.link.width)
            found["projection"] = rng.standard_normal(shape, np.float32)
        return found

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Compute the outputs of the layer, with its inputs."""
        y = self._inner().forward(ops, part(parameters, "inner"), x)
        if self.link.connection == "dense":
            return ops.concat([y, x])
        if self.link.connection == "residual":
            if "projection" in parameters:
                return y + (x @ parameters["projection"]) * x.shape[-1] ** -0.5
            return y + x
        return y

    def _inner(self) -> Stack:
        layers: list[Layer] = [Linear(self.link.width)]
        if self.link.normalisation == "layer":
            layers.append(Normalisation())
        elif self.link.normalisation == "batch":
            layers.append(BatchNormalisation())
        layers.append(Activation(self.link.activation))
        if self.link.dropout > 0:
            layers.append(Dropout(self.link.dropout))
        return Stack(tuple(layers))
