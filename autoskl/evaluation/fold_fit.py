"""Fits a configuration on one fold and predicts its held-out rows."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from autoskl.components.component import Context
from autoskl.components.fitting.checkpoint_grid import checkpoint_grid
from autoskl.components.registry import component
from autoskl.core.mapped_pages import release_pages
from autoskl.core.result import FloatArray, FoldResult, Status, recorded_curve
from autoskl.core.trial import Trial
from autoskl.evaluation.checkpoints import checkpoint_window
from autoskl.evaluation.fitted_model import (
    FittedModel,
    OutputMap,
    check_outputs,
    raw_outputs,
)
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.model_store import model_name, store_model
from autoskl.evaluation.predictions import held_out_predictions
from autoskl.evaluation.prepared_fold import prepare_fold
from autoskl.tables.dataset import Dataset

_MAX_TIMED_ROWS = 100
_MAX_CHECKPOINT_BYTES = 16 * 2**20
"""Maximum size of the predictions of all checkpoints of one fold."""


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
        When the predictions are invalid.
    """
    start = time.perf_counter()
    prepared = prepare_fold(trial, fold, dataset, folds, context)
    model, (X_fit, y, weight) = prepared.model, prepared.train
    X_test = prepared.held_out[0]
    staged = component(trial.configuration.model).tags.staged
    if staged:
        model.fit(X_fit, y, weight, validation=prepared.held_out)
    elif weight is None:
        model.fit(X_fit, y)
    else:
        model.fit(X_fit, y, sample_weight=weight)
    release_pages(X_fit)
    fitted, before = time.perf_counter(), time.process_time()
    checkpoints, raw = _predict(model, X_test, prepared.output_map, staged=staged)
    predictions, output_map = held_out_predictions(
        raw, prepared.output_map, dataset, prepared.test, trial.configuration, context
    )
    predicted = time.process_time() - before
    if staged:
        model.truncate(checkpoints[-1])  # rounds beyond the last checkpoint are never used
    seconds = _seconds_of_staged(model, X_test, output_map) if staged else predicted
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
        n_train=folds.n_train(fold),
        model=store_model(
            FittedModel(prepared.pipeline, output_map), directory, model_name(trial, f"{fold}")
        ),
    )


def _seconds_of_staged(model: Any, X: Any, output_map: OutputMap) -> float:
    """Return the seconds to predict the held-out rows, extrapolated from a sample.

    An iterative model may have its held-out predictions from the fit; new rows take longer.
    """
    predict = model.predict if output_map.classes is None else model.predict_proba
    few, more = X[:1], X[: min(_MAX_TIMED_ROWS, X.shape[0])]
    start = time.process_time()
    predict(few)
    between = time.process_time()
    predict(more)
    # The call itself has a cost that does not grow with the rows.
    call, both = between - start, time.process_time() - between
    per_row: float = max(both - call, 0.0) / max(more.shape[0] - few.shape[0], 1)
    return call + per_row * int(X.shape[0])


def _predict(
    model: Any, X: Any, output_map: OutputMap, *, staged: bool
) -> tuple[tuple[int, ...], FloatArray]:
    """Return checkpoints and the outputs at each: (n_checkpoints, n_rows, n_columns)."""
    if staged:
        row_bytes = X.shape[0] * output_map.n_outputs * 4
        window = checkpoint_window(
            checkpoint_grid(model.n_iterations_),
            model.best_iteration_,
            model.n_iterations_,
            max_checkpoints=max(1, min(16, _MAX_CHECKPOINT_BYTES // max(row_bytes, 1))),
        )
        columns = 1 if output_map.classes is None else len(output_map.classes)
        shape = (len(window), X.shape[0], columns)
        return window, check_outputs(model.staged_outputs(X, window), shape)
    return (), raw_outputs(model, X, output_map)[np.newaxis]
