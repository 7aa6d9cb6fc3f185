"""Fits all folds of a configuration together, for models that can be trained jointly."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from autoskl.components.component import Context
from autoskl.core.result import FoldResult, Status, failed_fold, recorded_curve
from autoskl.core.trial import Unit
from autoskl.evaluation.fitted_model import FittedModel, InvalidOutputsError, raw_outputs
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.model_store import model_name, store_model
from autoskl.evaluation.predictions import held_out_predictions
from autoskl.evaluation.prepared_fold import PreparedFold, prepare_fold
from autoskl.tables.dataset import Dataset

_STOPPED = (
    "The training was stopped after {} epochs: its learning curve was unlikely to reach the best "
    "comparable trial; the model trained so far is kept."
)


def fit_joint_folds(
    unit: Unit,
    dataset: Dataset,
    folds: Folds,
    contexts: Sequence[Context],
    directory: str | None,
) -> tuple[FoldResult, ...]:
    """Return the results of the folds of a unit, without losses, from one fit of all.

    The held-out rows of all folds determine one number of epochs for all: the minimum of the mean
    curve. If preprocessing yields a different number of columns on some fold, the folds cannot be
    trained jointly and are fitted one after another.

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
    share = unit.trial.fidelity.rows
    n_rows = round(float(np.mean([len(folds.train(fold, share)) for fold in unit.folds])))
    prepared = [
        prepare_fold(unit.trial, fold, dataset, folds, context, n_rows)
        for fold, context in zip(unit.folds, contexts, strict=True)
    ]
    if len({each.train[0].shape[1] for each in prepared}) == 1:
        models = [each.model for each in prepared]
        type(models[0]).fit_together(
            models,
            [each.train for each in prepared],
            [each.held_out for each in prepared],
            to_beat=unit.to_beat,
        )
    else:
        _fit_one_by_one(prepared, contexts[0].deadline)
    seconds = (time.perf_counter() - start) / len(unit.folds)
    results = (
        _result(unit, fold, each, dataset, context, seconds, directory)
        for fold, each, context in zip(unit.folds, prepared, contexts, strict=True)
    )
    return tuple(replace(result, n_train=folds.n_train(result.fold)) for result in results)


def _fit_one_by_one(prepared: Sequence[PreparedFold], deadline: float | None) -> None:
    """Fit models of different shapes, such as after a selection of columns, in equal time.

    Each chooses its number of epochs on an inner holdout, since they cannot share one.
    """
    for left, each in zip(range(len(prepared), 0, -1), prepared, strict=True):
        if deadline is not None:
            now = time.monotonic()
            each.model.with_deadline(now + (deadline - now) / left, warn=False)
        X, y, weight = each.train
        each.model.fit(X, y, sample_weight=weight)


def _result(
    unit: Unit,
    fold: int,
    prepared: PreparedFold,
    dataset: Dataset,
    context: Context,
    seconds: float,
    directory: str | None,
) -> FoldResult:
    """Predict the held-out rows of a fold and keep its model."""
    start = time.process_time()
    model, curve = prepared.model, recorded_curve(prepared.model.curve_)
    try:
        raw = raw_outputs(model, prepared.held_out[0], prepared.output_map)
        predictions, output_map = held_out_predictions(
            raw, prepared.output_map, dataset, prepared.test, unit.trial.configuration, context
        )
    except InvalidOutputsError as error:
        return failed_fold(fold, Status.INVALID, str(error), seconds)
    predicted = time.process_time() - start
    return FoldResult(
        fold,
        Status.STOPPED if model.stopped_by_forecast_ else Status.OK,
        prepared.test,
        predictions[np.newaxis],
        fit_seconds=seconds,
        predict_seconds=predicted,
        out_of_time=getattr(model, "out_of_time_", False),
        model=store_model(
            FittedModel(prepared.pipeline, output_map),
            directory,
            model_name(unit.trial, _name(unit, fold)),
        ),
        curve=curve,
        reason=_STOPPED.format(len(curve)) if model.stopped_by_forecast_ else "",
    )


def _name(unit: Unit, fold: int) -> str:
    """Name the model of a fold by all folds of the unit: they share its number of epochs."""
    return f"joint{fold}of{unit.folds[0]}to{unit.folds[-1]}"
