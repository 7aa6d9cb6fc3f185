"""Input layers: features from encoded rows, with optional embeddings of numbers and categories."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from autoskl.neural.arrays import Array, Operations
from autoskl.neural.layers import Layer, ParameterGroup, Parameters, subset


@dataclass(frozen=True, slots=True)
class Inputs:
    """Makes features of encoded rows, whose columns are numbers, fixed columns and codes.

    Parameters
    ----------
    n_numbers : int
        Number of numeric columns, embedded by ``numbers``.
    n_fixed : int
        Number of columns passed through: missing-value indicators and one-hot categories.
    levels : tuple of int
        Number of codes of each of the last columns, which are embedded.
    embedding_size : int
    numbers : Layer or None
        Embedding of the numeric columns.
    """

    n_numbers: int
    n_fixed: int
    levels: tuple[int, ...]
    embedding_size: int = 8
    numbers: Layer | None = None

    @property
    def needs_data(self) -> bool:
        """Whether the embedding of the numbers needs data."""
        return self.numbers is not None and self.numbers.needs_data

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""
        found = {f"table{i}": ParameterGroup(1.0, 0.0) for i in range(len(self.levels))}
        if self.numbers is not None:
            found |= {
                f"numbers.{name}": pace for name, pace in self.numbers.parameter_groups().items()
            }
        return found

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw the embedding tables and the parameters of the numeric embedding."""
        found = {
            f"table{i}": rng.standard_normal((1, levels, self.embedding_size), np.float32)
            for i, levels in enumerate(self.levels)
        }
        if self.numbers is not None:
            own = self.numbers.init_parameters(rng, x[..., : self.n_numbers])
            found |= {f"numbers.{name}": value for name, value in own.items()}
        return found

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Return the features of the rows; each member may have its own rows."""
        if x.ndim == 4:
            networks, rows, members, columns = x.shape
            features = self.forward(ops, parameters, x.reshape(networks, rows * members, columns))
            return features.reshape(networks, rows, members, -1)
        plain = self.n_numbers + self.n_fixed
        if self.numbers is None:
            parts = [x[..., :plain]]
        else:
            numbers = x[..., : self.n_numbers]
            embedded = self.numbers.forward(ops, subset(parameters, "numbers"), numbers)
            parts = [embedded, x[..., self.n_numbers : plain]]
        for i in range(len(self.levels)):
            parts.append(ops.embed(parameters[f"table{i}"], x[..., plain + i]))
        return parts[0] if len(parts) == 1 else ops.concat(parts)


@dataclass(frozen=True, slots=True)
class Periodic:
    """Periodic embedding of each number: itself and a linear map of cosines of it (PBLD).

    Parameters
    ----------
    n_frequencies : int, default=16
    size : int, default=4
        Number of features per number, including the number itself.
    spread : float, default=0.1
        Standard deviation of the frequencies.
    rate_factor : float, default=0.1
        Factor of the learning rate.

    References
    ----------
    Y. Gorishniy, I. Rubachev, A. Babenko. "On embeddings for numerical features in tabular deep
    learning". NeurIPS, 2022.
    """

    n_frequencies: int = 16
    size: int = 4
    spread: float = 0.1
    rate_factor: float = 0.1

    needs_data: ClassVar[bool] = False

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name."""
        pace = ParameterGroup(self.rate_factor)
        return {
            "frequency": pace,
            "phase": ParameterGroup(self.rate_factor, 0.0),
            "weight": pace,
            "bias": ParameterGroup(self.rate_factor, 0.0),
        }

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw frequencies, phases and the linear map."""
        n, f, size = x.shape[-1], self.n_frequencies, self.size - 1
        bound = 1.0 / math.sqrt(f)
        return {
            "frequency": np.float32(self.spread) * rng.standard_normal((1, n, f, 1), np.float32),
            "phase": rng.uniform(-math.pi, math.pi, (1, n, 1, f)).astype(np.float32),
            "weight": rng.uniform(-bound, bound, (1, n, size, f)).astype(np.float32),
            "bias": rng.uniform(-bound, bound, (1, n, 1, size)).astype(np.float32),
        }

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Return (networks, rows, numbers * size)."""
        columns = x.swapaxes(1, 2)[..., None]  # networks, numbers, rows, 1
        # Matrix products are faster here than broadcasting.
        angles = ops.linear(columns, parameters["frequency"], parameters["phase"], 2 * math.pi)
        mapped = ops.linear(ops.cos(angles), parameters["weight"], parameters["bias"])
        features = ops.concat([mapped, columns]).swapaxes(1, 2)
        return features.reshape(*x.shape[:2], -1)


@dataclass(frozen=True, slots=True)
class PiecewiseLinear:
    """Piecewise-linear embedding: a linear map of each number and its position among quantiles.

    Parameters
    ----------
    n_bins : int, default=48
    size : int, default=16
        Number of features per number.

    References
    ----------
    Y. Gorishniy, I. Rubachev, A. Babenko. "On embeddings for numerical features in tabular deep
    learning". NeurIPS, 2022; version B of its successor TabM.
    """

    n_bins: int = 48
    size: int = 16

    needs_data: ClassVar[bool] = True

    def parameter_groups(self) -> Mapping[str, ParameterGroup]:
        """Return how each parameter is trained, by name; the bins are fixed."""
        bins = ParameterGroup(0.0)
        fixed = {"start": bins, "width": bins}
        return {
            **fixed,
            "slope": ParameterGroup(1.0),
            "bias": ParameterGroup(1.0, 0.0),
            "weight": ParameterGroup(1.0),
        }

    def init_parameters(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Compute the bins; the initial functions are linear."""
        n = x.shape[-1]
        quantiles = np.linspace(0, 1, self.n_bins + 1)
        edges = np.quantile(x.reshape(-1, n), quantiles, axis=0).T.astype(np.float32)
        width = np.diff(edges, axis=1)
        bound = 1.0
        return {
            "start": edges[np.newaxis, :, np.newaxis, :-1].copy(),
            # Empty bins, at values shared by many rows, become steps.
            "width": np.maximum(width, 1e-3)[np.newaxis, :, np.newaxis],
            "slope": rng.uniform(-bound, bound, (1, n, 1, self.size)).astype(np.float32),
            "bias": rng.uniform(-bound, bound, (1, n, 1, self.size)).astype(np.float32),
            "weight": np.zeros((1, n, self.size, self.n_bins), np.float32),
        }

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Return (networks, rows, numbers * size)."""
        columns = x.swapaxes(1, 2)[..., None]
        filled = ops.clip((columns - parameters["start"]) / parameters["width"], 0.0, 1.0)
        steps = ops.linear(filled, parameters["weight"], parameters["bias"])
        features = steps + columns * parameters["slope"]
        return features.swapaxes(1, 2).reshape(*x.shape[:2], -1)
