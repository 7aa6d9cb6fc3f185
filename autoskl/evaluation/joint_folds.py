"""All folds of a configuration as one fit, for models whose folds are trained together."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from autoskl.components.component import Context
from autoskl.core.result import FoldResult, Status
from autoskl.core.trial import Unit
from autoskl.evaluation.fitted_model import FittedModel, raw_outputs
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.model_store import keep_model, model_name
from autoskl.evaluation.prepared_fold import PreparedFold, prepare_fold
from autoskl.tables.dataset import Dataset


def fit_joint_folds(
    unit: Unit,
    dataset: Dataset,
    folds: Folds,
    contexts: Sequence[Context],
    directory: str | None,
) -> tuple[FoldResult, ...]:
    """Return the results of the folds of a unit, without losses, from one fit of all.

    The model sees the held-out rows of all folds and takes from them one number of epochs for all:
    the minimum of the mean curve.

    Parameters
    ----------
    unit : Unit
        With several folds.
    dataset : Dataset
    folds : Folds
    contexts : sequence of Context
        One for each fold; their shape is that of the whole table.
    directory : str or None
        Where the fitted models are written.
    """
    start = time.perf_counter()
    prepared = [
        prepare_fold(unit.trial, fold, dataset, folds, context)
        for fold, context in zip(unit.folds, contexts, strict=True)
    ]
    models = [each.model for each in prepared]
    type(models[0]).fit_together(
        models, [each.train for each in prepared], [each.held_out for each in prepared]
    )
    seconds = (time.perf_counter() - start) / len(unit.folds)
    return tuple(
        _result(unit, fold, each, seconds, directory)
        for fold, each in zip(unit.folds, prepared, strict=True)
    )


def _result(
    unit: Unit, fold: int, prepared: PreparedFold, seconds: float, directory: str | None
) -> FoldResult:
    """Predict the held-out rows of a fold and keep its model."""
    start = time.perf_counter()
    mapped = prepared.output_map
    outputs = mapped(raw_outputs(prepared.model, prepared.held_out[0], mapped))
    predicted = time.perf_counter() - start
    return FoldResult(
        fold,
        Status.OK,
        prepared.test,
        (outputs if mapped.classes is None else outputs.astype(np.float32))[np.newaxis],
        fit_seconds=seconds,
        predict_seconds=predicted,
        model=keep_model(
            FittedModel(prepared.pipeline, mapped),
            directory,
            model_name(unit.trial, f"joint{fold}"),
        ),
        curve=tuple(np.asarray(prepared.model.curve_, dtype=np.float64).tolist()),
    )
