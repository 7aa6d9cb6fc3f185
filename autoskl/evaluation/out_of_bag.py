"""One fit on all rows whose parts predict the rows that they have not seen."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from autoskl.components.component import Context
from autoskl.core.result import FoldResult, Status
from autoskl.core.trial import Unit
from autoskl.evaluation.fitted_model import FittedModel, checked_outputs, output_map
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.model_store import keep_model, model_name
from autoskl.evaluation.predictions import held_out_predictions
from autoskl.evaluation.preprocessing import looks_at_target, prepare
from autoskl.pipelines.balancing import model_weights
from autoskl.pipelines.builder import build
from autoskl.pipelines.response import response_scale
from autoskl.tables.dataset import Dataset

_MIN_PARTS = 5
"""A row must be out of bag this often, else its prediction is too noisy to stand for a fold's."""


def fit_out_of_bag(
    unit: Unit, dataset: Dataset, folds: Folds, context: Context, directory: str | None
) -> tuple[FoldResult, ...] | None:
    """Return the results of all folds of a unit from one fit.

    Parameters
    ----------
    unit : Unit
        At full fidelity.
    dataset : Dataset
    folds : Folds
    context : Context
    directory : str or None
        Where the fitted model is written.

    Returns
    -------
    tuple of FoldResult, or None
        None when the model cannot do it honestly: the preprocessing looks at the target, rows have
        copies, or a row was out of bag too rarely. Then the folds have to be fitted one by one.

    Raises
    ------
    InvalidOutputsError
        When what the model predicts is no prediction of the rows.
    """
    configuration = unit.trial.configuration
    if folds.has_copies or looks_at_target(configuration) or not unit.trial.fidelity.is_full:
        return None
    start = time.perf_counter()
    context = replace(context, cache=context.cache.under("all rows"))
    prepared = prepare(build(configuration, context), dataset, None, None, context.cache)
    pipeline, X = prepared.pipeline, prepared.X_fit
    model: Any = pipeline[-1]
    if not hasattr(model, "out_of_bag_outputs"):
        return None
    weight = model_weights(configuration, context, dataset.y, dataset.fit_weight)
    scale = response_scale(configuration, context, dataset.y, weight)
    y, mapped = dataset.y, output_map(dataset.y, weight, dataset.n_outputs, scale)
    if scale is not None:
        y, weight = scale.forward(y), scale.weights(y, weight)
    if weight is None:
        model.fit(X, y)
    else:
        model.fit(X, y, sample_weight=weight)
    fitted, before = time.perf_counter(), time.process_time()
    raw, parts = model.out_of_bag_outputs()
    if np.min(parts) < _MIN_PARTS:
        return None
    n_columns = 1 if mapped.classes is None else len(mapped.classes)
    predictions, mapped = held_out_predictions(
        checked_outputs(raw, (dataset.n_rows, n_columns)),
        mapped,
        dataset,
        None,
        configuration,
        context,
    )
    seconds = (fitted - start) / len(unit.folds)
    name = model_name(unit.trial, f"all{unit.folds[0]}")
    reference = keep_model(FittedModel(pipeline, mapped), directory, name)
    predict_seconds = (time.process_time() - before) / len(unit.folds)
    return tuple(
        FoldResult(
            fold,
            Status.OK,
            folds.test(fold),
            predictions[np.newaxis, folds.test(fold)],
            fit_seconds=seconds,
            predict_seconds=predict_seconds,
            model=reference,
        )
        for fold in unit.folds
    )
