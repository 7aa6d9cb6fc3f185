"""Members of the ensemble: trials with their weights and fitted fold models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np

from autoskl.core.result import MIN_TRAIN_SHARE, FloatArray, ModelReference
from autoskl.ensembles.output_transform import IDENTITY, OutputTransform
from autoskl.history.trial_record import TrialRecord


class OutputModel(Protocol):
    """A fitted pipeline that predicts all outputs of the task."""

    def outputs(self, X: Any) -> FloatArray:
        """Return predictions (n_rows, n_outputs) of encoded rows."""

    def truncate(self, iterations: int) -> Self:
        """Return the model with its first iterations only."""


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """Fold models of one trial, whose predictions are averaged.

    Attributes
    ----------
    number : int
        Trial number.
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
        """Return the mean predictions (n_rows, n_outputs) of the fold models."""
        mean: FloatArray = np.mean([model.outputs(X) for model in self.models], axis=0)
        return mean


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedModel:
    """A fitted pipeline whose predictions are calibrated.

    Attributes
    ----------
    model : OutputModel
    calibration : Calibration or Adjustment
    """

    model: OutputModel
    calibration: OutputTransform

    def outputs(self, X: Any) -> FloatArray:
        """Return calibrated predictions (n_rows, n_outputs) of encoded rows."""
        return self.calibration(self.model.outputs(X))

    def truncate(self, iterations: int) -> CalibratedModel:
        """Return the model with its first iterations only."""
        return CalibratedModel(self.model.truncate(iterations), self.calibration)


def model_references(record: TrialRecord) -> dict[int, ModelReference]:
    """Return the fitted models of a trial by fold; a shared one only for its first fold.

    Models of folds with far fewer training rows than the largest are left out. They are as weak as
    on so few rows, and where training parts grow with time they have seen the oldest rows only.
    """
    n_train = {fold: record.folds[fold].n_train for fold in record.ok_folds}
    enough = MIN_TRAIN_SHARE * max(n_train.values(), default=0)
    references: dict[int, ModelReference] = {}
    for fold in record.ok_folds:
        model = record.folds[fold].model if n_train[fold] >= enough else None
        if model is not None and model not in references.values():
            references[fold] = model
    return references


def load_member(
    record: TrialRecord,
    weight: float,
    folds: Iterable[int] | None = None,
    calibration: OutputTransform = IDENTITY,
) -> Member:
    """Load fold models, each truncated to the number of iterations that the folds share.

    Parameters
    ----------
    record : TrialRecord
    weight : float
    folds : iterable of int, default=None
        Fold models to load, among those of `model_references`; all by default.
    calibration : Calibration or Adjustment, default=IDENTITY
        Applied to the predictions of each fold model.

    Raises
    ------
    ValueError
        When the trial has no fitted model.
    """
    references = model_references(record)
    models: list[OutputModel] = []
    for fold in references if folds is None else folds:
        model: OutputModel = references[fold].load()
        iterations = record.iteration_of(fold)
        model = model if iterations is None else model.truncate(iterations)
        is_calibrated = calibration != IDENTITY
        models.append(CalibratedModel(model, calibration) if is_calibrated else model)
    if not models:
        raise ValueError(f"Trial {record.trial.number} has no fitted model.")
    return Member(record.trial.number, record.name, weight, tuple(models))
