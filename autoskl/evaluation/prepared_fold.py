"""Prepares a fold for the fit of its model: pipeline, preprocessed rows, targets, weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from autoskl.components.component import Context
from autoskl.core.result import IntArray
from autoskl.core.trial import Trial
from autoskl.evaluation.fitted_model import OutputMap, make_output_map
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.preprocessing import preprocess
from autoskl.evaluation.row_order import take_rows
from autoskl.pipelines.balancing import model_weights
from autoskl.pipelines.builder import build
from autoskl.pipelines.response import response_scale
from autoskl.tables.dataset import Dataset

Sample = tuple[Any, NDArray[Any], NDArray[Any] | None]
"""Rows, targets and weights."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedFold:
    """What is needed to fit a model and to predict the held-out rows.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Fitted but for its last step, the model.
    train, held_out : (X, y, weight)
        Preprocessed rows, targets on the scale on which the model is fitted, and weights: for fits
        in ``train``, for scores in ``held_out``.
    test : ndarray of int
        Held-out rows, as positions in the dataset.
    output_map : OutputMap
    """

    pipeline: Any
    train: Sample
    held_out: Sample
    test: IntArray
    output_map: OutputMap

    @property
    def model(self) -> Any:
        """The last step of the pipeline."""
        return self.pipeline[-1]


def prepare_fold(
    trial: Trial,
    fold: int,
    dataset: Dataset,
    folds: Folds,
    context: Context,
    n_rows: int | None = None,
) -> PreparedFold:
    """Build the pipeline of a fold and fit its preprocessing.

    Parameters
    ----------
    trial : Trial
    fold : int
    dataset : Dataset
    folds : Folds
    context : Context
        Its shape is that of the whole table.
    n_rows : int, default=None
        Number of rows that components are built for; by default that of the training rows. Folds
        that are fitted jointly share it, so that everything that depends on it is the same.
    """
    train, test = folds.train(fold, trial.fidelity.rows), folds.test(fold)
    context = replace(
        context,
        shape=replace(context.shape, n_rows=n_rows or len(train)),
        cache=context.cache.subsection(fold, trial.fidelity.rows),
    )
    built = build(trial.configuration, context)
    prepared = preprocess(built, dataset, train, test, context.cache)
    y = take_rows(dataset.y, train)
    weight = model_weights(trial.configuration, context, y, _take(dataset.fit_weight, train))
    scale = response_scale(trial.configuration, context, y, weight)
    output_map = make_output_map(y, weight, dataset.n_outputs, scale)
    y_test, weight_test = dataset.truth(test)
    if scale is not None:
        weight, weight_test = scale.weights(y, weight), scale.weights(y_test, weight_test)
        y, y_test = scale.forward(y), scale.forward(y_test)
    held_out = (prepared.X_test, y_test, weight_test)
    return PreparedFold(prepared.pipeline, (prepared.X_fit, y, weight), held_out, test, output_map)


def _take(weight: NDArray[Any] | None, rows: IntArray) -> NDArray[Any] | None:
    return None if weight is None else take_rows(weight, rows)
