"""Fits a forest on all rows, each predicted by the trees that were not fitted on it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from autoskl.components.component import Context
from autoskl.core.result import FoldResult, Status
from autoskl.core.trial import Unit
from autoskl.evaluation.fitted_model import FittedModel, check_outputs, make_output_map
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.model_store import model_name, store_model
from autoskl.evaluation.predictions import held_out_predictions
from autoskl.evaluation.preprocessing import preprocess, uses_target
from autoskl.pipelines.balancing import model_weights
from autoskl.pipelines.builder import build
from autoskl.pipelines.response import response_scale
from autoskl.tables.dataset import Dataset

_MIN_PARTS = 5
"""Trees for which a row must be out of bag; with fewer its prediction is too noisy."""


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
        None when out-of-bag predictions would be biased or noisy: the preprocessing uses the
        target, rows have copies, or a row was out of bag too rarely. Then each fold must be fitted.

    Raises
    ------
    InvalidOutputsError
        When the predictions are invalid.
    """
    configuration = unit.trial.configuration
    if folds.has_copies or uses_target(configuration) or not unit.trial.fidelity.is_full:
        return None
    start = time.perf_counter()
    context = replace(context, cache=context.cache.subsection("all rows"))
    prepared = preprocess(build(configuration, context), dataset, None, None, context.cache)
    pipeline, X = prepared.pipeline, prepared.X_fit
    model: Any = pipeline[-1]
    if not hasattr(model, "out_of_bag_outputs"):
        return None
    weight = model_weights(configuration, context, dataset.y, dataset.fit_weight)
    scale = response_scale(configuration, context, dataset.y, weight)
    y, output_map = dataset.y, make_output_map(dataset.y, weight, dataset.n_outputs, scale)
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
    n_columns = 1 if output_map.classes is None else len(output_map.classes)
    predictions, output_map = held_out_predictions(
        check_outputs(raw, (dataset.n_rows, n_columns)),
        output_map,
        dataset,
        None,
        configuration,
        context,
    )
    seconds = (fitted - start) / len(unit.folds)
    name = model_name(unit.trial, f"all{unit.folds[0]}")
    reference = store_model(FittedModel(pipeline, output_map), directory, name)
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
