"""A trained network that predicts with NumPy alone, on any machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.neural.arrays import NUMPY
from autoskl.neural.layers import Parameters, Stack, subset
from autoskl.neural.row_encoding import RowEncoder
from autoskl.neural.targets import Target

_BLOCK = 64
"""Rows predicted at once; the outputs of so few rows stay in the CPU cache."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedNetwork:
    """Row encoding, network, parameters and meaning of the outputs.

    Outputs are computed in double and rounded to single precision, so that the prediction of a row
    depends neither on the other rows that are predicted nor on its position among them.

    Attributes
    ----------
    encoder : RowEncoder
    network : Stack
    parameters : dict of str to ndarray
        Parameters of a single network: the leading dimension is 1.
    target : Target
    """

    encoder: RowEncoder
    network: Stack
    parameters: Parameters
    target: Target

    def predict(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """Return probabilities (n_rows, n_classes) or values (n_rows, 1)."""
        coded = self.encoder.transform(X)[np.newaxis]
        exact = {name: value.astype(np.float64) for name, value in self.parameters.items()}
        blocks = []
        for start in range(0, len(X), _BLOCK):
            block = coded[:, start : start + _BLOCK].astype(np.float64)
            outputs = self.network.forward(NUMPY, exact, block)[0].astype(np.float32)
            blocks.append(outputs[:, np.newaxis] if outputs.ndim == 2 else outputs)
        return self.target.decode(np.concatenate(blocks))

    def embed(self, X: NDArray[Any]) -> NDArray[np.float32]:
        """Return the learned vectors of the embedded columns, concatenated."""
        tables = subset(self.parameters, "0")
        n_tables = len(self.encoder.layout.embedded)
        codes = self.encoder.transform(X)[:, -n_tables:].astype(np.intp)
        found = [tables[f"table{i}"][0, codes[:, i]] for i in range(n_tables)]
        vectors: NDArray[np.float32] = np.concatenate(found, axis=1)
        return vectors
