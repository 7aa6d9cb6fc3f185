"""Fit one configuration on one fold and predict its held-out rows."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from autoskl.components.component import Context
from autoskl.components.registry import component
from autoskl.core.result import FloatArray, FoldResult, Status, recorded_curve
from autoskl.core.trial import Trial
from autoskl.evaluation.checkpoints import checkpoint_grid, checkpoint_window
from autoskl.evaluation.fitted_model import (
    FittedModel,
    OutputMap,
    checked_outputs,
    raw_outputs,
)
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.model_store import keep_model, model_name
from autoskl.evaluation.predictions import held_out_predictions
from autoskl.evaluation.prepared_fold import prepare_fold
from autoskl.tables.dataset import Dataset

_TIMED_ROWS = 100
_CHECKPOINT_BYTES = 16 * 2**20
"""Predictions of all kept checkpoints of one fold, at most."""


def fit_fold(
    trial: Trial,
    fold: int,
    dataset: Dataset,
    folds: Folds,
    context: Context,
    directory: str | None,
) -> FoldResult:
    """Return the result of a fold, without its losses.

    Parameters
    ----------
    trial : Trial
    fold : int
    dataset : Dataset
    folds : Folds
    context : Context
        Its shape is that of the whole table.
    directory : str or None
        Where the fitted model is written.

    Raises
    ------
    InvalidOutputsError
        When what the model predicts is no prediction of the rows.
    """
    start = time.perf_counter()
    prepared = prepare_fold(trial, fold, dataset, folds, context)
    model, (X_fit, y, weight) = prepared.model, prepared.train
    X_test = prepared.held_out[0]
    staged = component(str(trial.configuration["model"])).tags.staged
    if staged:
        model.fit(X_fit, y, weight, validation=prepared.held_out)
    elif weight is None:
        model.fit(X_fit, y)
    else:
        model.fit(X_fit, y, sample_weight=weight)
    fitted, before = time.perf_counter(), time.process_time()
    checkpoints, raw = _predict(model, X_test, prepared.output_map, staged=staged)
    predictions, mapped = held_out_predictions(
        raw, prepared.output_map, dataset, prepared.test, trial.configuration, context
    )
    predicted = time.process_time() - before
    if staged:
        model.truncate(checkpoints[-1])  # no fold ever uses rounds beyond its last checkpoint
    seconds = _seconds_of_staged(model, X_test, mapped) if staged else predicted
    return FoldResult(
        fold,
        Status.OK,
        prepared.test,
        predictions,
        checkpoints=checkpoints,
        curve=recorded_curve(getattr(model, "curve_", ())),
        fit_seconds=fitted - start,
        predict_seconds=seconds,
        out_of_time=getattr(model, "out_of_time_", False),
        model=keep_model(
            FittedModel(prepared.pipeline, mapped), directory, model_name(trial, f"{fold}")
        ),
    )


def _seconds_of_staged(model: Any, X: Any, mapped: OutputMap) -> float:
    """Time that predicting the held-out rows takes, by a sample of them.

    An iterative model may know its held-out predictions from the fit; new rows cost more.
    """
    predict = model.predict if mapped.classes is None else model.predict_proba
    few, more = X[:1], X[: min(_TIMED_ROWS, X.shape[0])]
    start = time.process_time()
    predict(few)
    between = time.process_time()
    predict(more)
    # The call itself costs something too, which more rows do not multiply.
    call, both = between - start, time.process_time() - between
    per_row: float = max(both - call, 0.0) / max(more.shape[0] - few.shape[0], 1)
    return call + per_row * int(X.shape[0])


def _predict(
    model: Any, X: Any, mapped: OutputMap, *, staged: bool
) -> tuple[tuple[int, ...], FloatArray]:
    """Return checkpoints, and what the model gives at each: (n_checkpoints, n_rows, n_columns)."""
    if staged:
        row_bytes = X.shape[0] * mapped.n_outputs * 4
        window = checkpoint_window(
            checkpoint_grid(model.n_iterations_),
            model.best_iteration_,
            model.n_iterations_,
            max_checkpoints=max(1, min(16, _CHECKPOINT_BYTES // max(row_bytes, 1))),
        )
        columns = 1 if mapped.classes is None else len(mapped.classes)
        shape = (len(window), X.shape[0], columns)
        return window, checked_outputs(model.staged_outputs(X, window), shape)
    return (), raw_outputs(model, X, mapped)[np.newaxis]
