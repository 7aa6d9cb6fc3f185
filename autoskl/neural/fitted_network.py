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

_BLOCK = 256
"""Rows that are predicted at once, always so many: then a prediction does not depend, not even by
rounding, on which other rows are asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedNetwork:
    """Coding of the rows, network, parameters and meaning of the outputs.

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
        coded = self.coder.transform(X)
        outputs = [self._block(coded[i : i + _BLOCK]) for i in range(0, len(coded), _BLOCK)]
        return self.target.decode(np.concatenate(outputs))

    def embed(self, X: NDArray[Any]) -> NDArray[np.float32]:
        """Return the learned vectors of the embedded columns, one beside the other."""
        tables = part(self.parameters, "0")
        n_tables = len(self.coder.layout.embedded)
        codes = self.coder.transform(X)[:, -n_tables:].astype(np.intp)
        found = [tables[f"table{i}"][0, codes[:, i]] for i in range(n_tables)]
        vectors: NDArray[np.float32] = np.concatenate(found, axis=1)
        return vectors

    def _block(self, coded: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return outputs (n_rows, n_members, n_outputs)."""
        filled = np.zeros((1, _BLOCK, coded.shape[1]), np.float32)
        filled[0, : len(coded)] = coded
        outputs = self.network.forward(NUMPY, self.parameters, filled)[0]
        if outputs.ndim == 2:
            outputs = outputs[:, np.newaxis]
        rows: NDArray[np.float32] = outputs[: len(coded)]
        return rows
