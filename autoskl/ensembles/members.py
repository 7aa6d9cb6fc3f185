"""A trial in the ensemble: its weight and its fitted fold models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np

from autoskl.core.result import FloatArray, ModelReference
from autoskl.ensembles.adjustment import Adjustment
from autoskl.ensembles.calibration import NO_CALIBRATION, Calibration
from autoskl.history.trial_record import TrialRecord


class OutputModel(Protocol):
    """A fitted pipeline that answers in all outputs of the task."""

    def outputs(self, X: Any) -> FloatArray:
        """Return predictions (n_rows, n_outputs) of encoded rows."""

    def truncated(self, iterations: int) -> Self:
        """Return the model with its first iterations only."""


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """Fold models of one trial, which predict by their mean.

    Attributes
    ----------
    number : int
        Of the trial.
    name : str
    weight : float
    models : tuple of OutputModel
        At least one.
    """

    number: int
    name: str
    weight: float
    models: tuple[OutputModel, ...]

    def outputs(self, X: Any) -> FloatArray:
        """Return mean predictions (n_rows, n_outputs) of the fold models."""
        mean: FloatArray = np.mean([model.outputs(X) for model in self.models], axis=0)
        return mean


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedModel:
    """A fitted pipeline whose predictions are calibrated.

    Attributes
    ----------
    model : OutputModel
    calibration : Calibration or Adjustment
        Of probabilities, or of values.
    """

    model: OutputModel
    calibration: Calibration | Adjustment

    def outputs(self, X: Any) -> FloatArray:
        """Return calibrated predictions (n_rows, n_outputs) of encoded rows."""
        return self.calibration(self.model.outputs(X))

    def truncated(self, iterations: int) -> CalibratedModel:
        """Return the model with its first iterations only."""
        return CalibratedModel(self.model.truncated(iterations), self.calibration)


def model_references(record: TrialRecord) -> dict[int, ModelReference]:
    """Return the fitted models of a trial by fold; one that several folds share is told once."""
    references: dict[int, ModelReference] = {}
    for fold in record.ok_folds:
        model = record.folds[fold].model
        if model is not None and model not in references.values():
            references[fold] = model
    return references


def load_member(
    record: TrialRecord,
    weight: float,
    folds: Iterable[int] | None = None,
    calibration: Calibration | Adjustment = NO_CALIBRATION,
) -> Member:
    """Load fold models, each cut to the number of iterations that the folds share.

    Parameters
    ----------
    record : TrialRecord
    weight : float
    folds : iterable of int, default=None
        Fold models to load, among those of `model_references`; all by default.
    calibration : Calibration or Adjustment, default=NO_CALIBRATION
        Of each fold model.

    Raises
    ------
    ValueError
        When there are none.
    """
    references = model_references(record)
    models: list[OutputModel] = []
    for fold in references if folds is None else folds:
        model: OutputModel = references[fold].load()
        iterations = record.iteration_of(fold)
        model = model if iterations is None else model.truncated(iterations)
        is_calibrated = calibration != NO_CALIBRATION
        models.append(CalibratedModel(model, calibration) if is_calibrated else model)
    if not models:
        raise ValueError(f"Trial {record.trial.number} has no fitted model.")
    return Member(record.trial.number, record.name, weight, tuple(models))
