"""A trained network that predicts with NumPy alone, on any machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.neural.arrays import NUMPY
from autoskl.neural.layers import Parameters, Stack, part
from autoskl.neural.row_coding import RowCoder
from autoskl.neural.targets import Target

_BLOCK = 64
"""Rows that are predicted at once: what the layers give of so few stays in the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedNetwork:
    """Coding of the rows, network, parameters and meaning of the outputs.

    Outputs are computed in double and kept in single precision: then the prediction of a row does
    not depend on which others are asked for, and where among them it stands.

    Attributes
    ----------
    coder : RowCoder
    network : Stack
    parameters : dict of str to ndarray
        Of one network: their first dimension is 1.
    target : Target
    """

    coder: RowCoder
    network: Stack
    parameters: Parameters
    target: Target

    def predict(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """Return probabilities (n_rows, n_classes), or values (n_rows, 1)."""
        coded = self.coder.transform(X)[np.newaxis]
        exact = {name: value.astype(np.float64) for name, value in self.parameters.items()}
        blocks = []
        for start in range(0, len(X), _BLOCK):
            block = coded[:, start : start + _BLOCK].astype(np.float64)
            outputs = self.network.forward(NUMPY, exact, block)[0].astype(np.float32)
            blocks.append(outputs[:, np.newaxis] if outputs.ndim == 2 else outputs)
        return self.target.decode(np.concatenate(blocks))

    def embed(self, X: NDArray[Any]) -> NDArray[np.float32]:
        """Return the learned vectors of the embedded columns, one beside the other."""
        tables = part(self.parameters, "0")
        n_tables = len(self.coder.layout.embedded)
        codes = self.coder.transform(X)[:, -n_tables:].astype(np.intp)
        found = [tables[f"table{i}"][0, codes[:, i]] for i in range(n_tables)]
        vectors: NDArray[np.float32] = np.concatenate(found, axis=1)
        return vectors
