"""The first layer: coded rows become features, numbers and categories embedded or as they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from autoskl.neural.arrays import Array, Operations
from autoskl.neural.layers import Layer, Pace, Parameters, part


@dataclass(frozen=True, slots=True)
class Inputs:
    """Splits the columns of coded rows: numbers, numbers left alone, codes.

    Parameters
    ----------
    n_numbers : int
        Columns that ``numbers`` embeds.
    n_fixed : int
        Columns passed on: one-hot coded categories and marks of missing values.
    levels : tuple of int
        Number of codes of each of the last columns, whose embeddings are learned.
    embedding_size : int
    numbers : Layer or None
        Embeds the numbers.
    """

    n_numbers: int
    n_fixed: int
    levels: tuple[int, ...]
    embedding_size: int = 8
    numbers: Layer | None = None

    @property
    def reads_rows(self) -> bool:
        """Whether what embeds the numbers reads rows."""
        return self.numbers is not None and self.numbers.reads_rows

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""
        found = {f"table{i}": Pace(1.0, 0.0) for i in range(len(self.levels))}
        if self.numbers is not None:
            found |= {f"numbers.{name}": pace for name, pace in self.numbers.paces().items()}
        return found

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Draw tables of embeddings, and what embeds the numbers."""
        found = {
            f"table{i}": rng.standard_normal((1, levels, self.embedding_size), np.float32)
            for i, levels in enumerate(self.levels)
        }
        if self.numbers is not None:
            own = self.numbers.begin(rng, x[..., : self.n_numbers])
            found |= {f"numbers.{name}": value for name, value in own.items()}
        return found

    def forward(self, ops: Operations, parameters: Parameters, x: Array) -> Array:
        """Return all features of the rows, which each member may have of its own."""
        if x.ndim == 4:
            networks, rows, members, columns = x.shape
            features = self.forward(ops, parameters, x.reshape(networks, rows * members, columns))
            return features.reshape(networks, rows, members, -1)
        plain = self.n_numbers + self.n_fixed
        if self.numbers is None:
            parts = [x[..., :plain]]
        else:
            numbers = x[..., : self.n_numbers]
            embedded = self.numbers.forward(ops, part(parameters, "numbers"), numbers)
            parts = [embedded, x[..., self.n_numbers : plain]]
        for i in range(len(self.levels)):
            parts.append(ops.embed(parameters[f"table{i}"], x[..., plain + i]))
        return parts[0] if len(parts) == 1 else ops.concat(parts)


@dataclass(frozen=True, slots=True)
class Periodic:
    """Each number as itself beside a linear map of cosines of it (PBLD).

    Parameters
    ----------
    n_frequencies : int, default=16
    size : int, default=4
        Features for each number, itself included.
    spread : float, default=0.1
        Standard deviation of the frequencies.
    rate : float, default=0.1
        Learning rate.

    References
    ----------
    Y. Gorishniy, I. Rubachev, A. Babenko. "On embeddings for numerical features in tabular deep
    learning". NeurIPS, 2022.
    """

    n_frequencies: int = 16
    size: int = 4
    spread: float = 0.1
    rate: float = 0.1

    reads_rows: ClassVar[bool] = False

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name."""
        pace = Pace(self.rate)
        return {
            "frequency": pace,
            "phase": Pace(self.rate, 0.0),
            "weight": pace,
            "bias": Pace(self.rate, 0.0),
        }

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
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
        # As matrix products, both are quicker than by broadcasting.
        angles = ops.linear(columns, parameters["frequency"], parameters["phase"], 2 * math.pi)
        mapped = ops.linear(ops.cos(angles), parameters["weight"], parameters["bias"])
        features = ops.concat([mapped, columns]).swapaxes(1, 2)
        return features.reshape(*x.shape[:2], -1)


@dataclass(frozen=True, slots=True)
class PiecewiseLinear:
    """Each number as a learned linear map of it and of where it stands among its quantiles.

    Parameters
    ----------
    n_bins : int, default=48
    size : int, default=16
        Features for each number.

    References
    ----------
    Y. Gorishniy, I. Rubachev, A. Babenko. "On embeddings for numerical features in tabular deep
    learning". NeurIPS, 2022; version B of its successor TabM.
    """

    n_bins: int = 48
    size: int = 16

    reads_rows: ClassVar[bool] = True

    def paces(self) -> Mapping[str, Pace]:
        """Return how each parameter is trained, by name; the bins are not."""
        bins = Pace(0.0)
        fixed = {"start": bins, "width": bins}
        return {**fixed, "slope": Pace(1.0), "bias": Pace(1.0, 0.0), "weight": Pace(1.0)}

    def begin(self, rng: np.random.Generator, x: Array) -> Parameters:
        """Find the bins; begin with linear functions."""
        n = x.shape[-1]
        quantiles = np.linspace(0, 1, self.n_bins + 1)
        edges = np.quantile(x.reshape(-1, n), quantiles, axis=0).T.astype(np.float32)
        width = np.diff(edges, axis=1)
        bound = 1.0
        return {
            "start": edges[np.newaxis, :, np.newaxis, :-1].copy(),
            # Empty bins, of values that many rows share, are steps.
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
