"""The fitted ensemble, which predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import FloatArray
from autoskl.ensembles.members import Member, OutputModel
from autoskl.ensembles.post_processing import NO_POST_PROCESSING, PostProcessing

_CHUNK_CELLS = 2_000_000
_MIN_CHUNK_ROWS = 1_024
_PART_ROWS = 4_096
"""Rows that a model predicts in one call; several calls per model keep all threads busy."""

_NO_THREAD = "can't start new thread"
"""What Python says where the limit of processes and threads is reached."""


class WeightedEnsemble:
    """Weighted mean of members, each of them the mean of its fold models.

    Parameters
    ----------
    members : sequence of Member
        Their weights are normalised to sum to 1.
    post_processing : PostProcessing, default=NO_POST_PROCESSING
        Applied to the weighted mean.
    chunk_cells : int, default=2_000_000
        Cells of X that are predicted at a time, which bounds the memory.

    Raises
    ------
    ValueError
        Without members, or when weights are negative or all 0.
    """

    def __init__(
        self,
        members: Sequence[Member],
        post_processing: PostProcessing = NO_POST_PROCESSING,
        chunk_cells: int = _CHUNK_CELLS,
    ) -> None:
        weights = [member.weight for member in members]
        if not weights or min(weights) < 0 or sum(weights) <= 0:
            raise ValueError(f"An ensemble needs members with positive weights. Got {weights}.")
        self.members = tuple(members)
        self.post_processing = post_processing
        self.chunk_cells = chunk_cells

    def __len__(self) -> int:
        return len(self.members)

    def __repr__(self) -> str:
        weights = self.weights
        parts = ", ".join(f"{m.name} {weights[m.number]:.2f}" for m in self.members)
        return f"WeightedEnsemble({parts})"

    @property
    def weights(self) -> dict[int, float]:
        """Weights by trial number; they sum to 1."""
        total = sum(member.weight for member in self.members)
        return {member.number: member.weight / total for member in self.members}

    @property
    def n_models(self) -> int:
        """Number of fitted pipelines."""
        return sum(len(member.models) for member in self.members)

    def predict_outputs(self, X: Any, threads: int = 1) -> FloatArray:
        """Return weighted mean predictions (n_rows, n_outputs), calibrated.

        Parameters
        ----------
        X : ndarray or csr_array of shape (n_rows, n_columns)
            Encoded rows.
        threads : int, default=1
            Number of models called at the same time; the result does not depend on it.
        """
        if threads > 1:
            try:
                with ThreadPoolExecutor(threads) as pool:
                    chunks = [self._predict(chunk, pool.map) for chunk in self._chunks(X)]
                return np.concatenate(chunks)
            except RuntimeError as error:
                if _NO_THREAD not in str(error):
                    raise
        return np.concatenate([self._predict(chunk, map) for chunk in self._chunks(X)])

    def decide(self, probabilities: FloatArray) -> NDArray[np.int64]:
        """Return the code of the predicted class for each row.

        Parameters
        ----------
        probabilities : ndarray of shape (n_rows, n_classes)
            From `predict_outputs`.
        """
        return self.post_processing.decide(probabilities)

    def _chunks(self, X: Any) -> Iterator[Any]:
        n_columns = X.shape[1]
        return _slices(X, max(_MIN_CHUNK_ROWS, self.chunk_cells // max(n_columns, 1)))

    def _predict(self, chunk: Any, apply: Callable[..., Iterator[FloatArray]]) -> FloatArray:
        """Return weighted mean predictions of rows; ``apply`` is ``map`` or that of an executor.

        All models predict the first part before any predicts the second, so that the threads load
        different models.
        """
        parts = list(_slices(chunk, _PART_ROWS))
        models = [model for member in self.members for model in member.models]
        outputs = apply(
            _outputs, models * len(parts), [part for part in parts for _ in range(len(models))]
        )
        return np.concatenate([self._mean(islice(outputs, len(models))) for _ in parts])

    def _mean(self, outputs: Iterator[FloatArray]) -> FloatArray:
        """Average in the order of the members, so that rounding is reproducible."""
        total: Any = 0.0
        weights = self.weights
        for member in self.members:
            share = weights[member.number] / len(member.models)
            for _ in member.models:
                total = total + share * next(outputs)
        return self.post_processing.calibration(total)


def _slices(X: Any, step: int) -> Iterator[Any]:
    """Yield slices of ``step`` rows; an array with fewer rows, or none, as it is."""
    n_rows = X.shape[0]
    if n_rows <= step:
        yield X
        return
    for start in range(0, n_rows, step):
        yield X[start : start + step]


def _outputs(model: OutputModel, X: Any) -> FloatArray:
    return model.outputs(X)
