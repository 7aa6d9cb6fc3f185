"""Evaluation of a configuration in a worker: losses, seconds and predictions on a fold."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.core.metrics import Metric, fast_metrics
from autoskl.core.result import FloatArray, FoldResult
from autoskl.core.task import Task
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation.evaluator import Evaluator
from autoskl.evaluation.scoring import score_checkpoints
from autoskl.execution.cpu_limit import CpuTimeExceeded, cpu_time_limit
from autoskl.execution.in_process import DirectHandle
from autoskl.history.trial_record import TrialRecord
from autoskl.metalearning.building.corpus import CorpusEntry, read_table
from autoskl.metalearning.building.sampling import Sample, Stage, draw_sample
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.pipelines.dataset_shape import shape_of
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset

ALL_FOLDS = -1
"""Fold number of a unit that evaluates all folds."""

KEPT_METRICS = frozenset(
    {"neg_log_loss", "roc_auc", "accuracy", "balanced_accuracy", "f1_macro"}
    | {"neg_mean_squared_error", "neg_mean_absolute_error"}
)
"""Metrics stored for each evaluation; others can be computed from the predictions."""

UNREADABLE = "unreadable"
"""Status of a measurement without rows; it says nothing about the configuration."""

Losses = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """Outcome of one evaluation.

    Attributes
    ----------
    status : str
        ``"ok"``, ``"skipped"`` (the configuration is not in the table's space), ``"timeout"``,
        `UNREADABLE`, or another status of a fold.
    reason : str
    losses : dict
        ``{"validation": {metric: loss}, "test": {metric: loss}}``.
    cpu_seconds, wall_seconds : float
        Time to fit and to predict the held-out rows.
    predict_seconds : float
        CPU seconds to predict the test rows.
    iterations : int or None
    validation, test : ndarray of float16 of shape (n_rows, n_outputs), or None
        Predictions; those of a regression are standardised by mean and deviation of the target.
    y_validation, y_test : ndarray of shape (n_rows,) or None
        Class codes, or target values standardised in the same way.
    shape : tuple of int
        Training rows, validation rows, test rows, columns, outputs.
    """

    status: str
    reason: str = ""
    losses: Losses | None = None
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    predict_seconds: float = 0.0
    iterations: int | None = None
    validation: NDArray[np.float16] | None = None
    test: NDArray[np.float16] | None = None
    y_validation: NDArray[Any] | None = None
    y_test: NDArray[Any] | None = None
    shape: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class MeasurementJob:
    """A picklable call that measures one unit of work.

    Attributes
    ----------
    folder : str
        Folder of the corpus.
    entry : CorpusEntry
    stage : Stage
    repeat, fold : int
    candidate : PortableConfiguration
    """

    folder: str
    entry: CorpusEntry
    stage: Stage
    repeat: int
    fold: int
    candidate: PortableConfiguration

    def __call__(self) -> Measurement:
        """Return the measurement."""
        try:
            sample = load_sample(self.folder, self.entry, self.stage, self.repeat)
        except Exception as error:  # whatever it is, no configuration has failed
            return Measurement(UNREADABLE, f"{type(error).__name__}: {error}")
        configuration = self.candidate.to_configuration(space_of_dataset(sample.dataset))
        if configuration is None:
            return Measurement("skipped", "The space of the table lacks the configuration.")
        n_folds = 1 if self.fold != ALL_FOLDS else len(sample.folds)
        try:
            with cpu_time_limit(self.stage.cpu_seconds * n_folds):
                return measure(sample, configuration, self.fold)
        except (CpuTimeExceeded, KeyboardInterrupt):  # CatBoost turns the former into the latter
            limit = self.stage.cpu_seconds * n_folds
            return Measurement("timeout", f"over {limit:g} CPU seconds", cpu_seconds=limit)


@lru_cache(maxsize=3)
def load_sample(folder: str, entry: CorpusEntry, stage: Stage, repeat: int) -> Sample:
    """Return the sample of a stage, cached for the next call in the same process.

    Parameters
    ----------
    folder : str
    entry : CorpusEntry
    stage : Stage
    repeat : int
    """
    table, target = read_table(Path(folder), entry)
    return draw_sample(table, target, entry, stage, repeat)


def space_of_dataset(dataset: Dataset) -> Space:
    """Return the space of all pipelines for the dataset."""
    return pipeline_space(
        dataset.task, dataset.columns, shape_of(dataset), is_sparse=dataset.is_sparse
    )


def measure(sample: Sample, configuration: Configuration, fold: int) -> Measurement:
    """Fit and score a configuration with the code of an ordinary fit.

    Parameters
    ----------
    sample : Sample
    configuration : Configuration
    fold : int
        `ALL_FOLDS` evaluates all folds as one unit.
    """
    known = fast_metrics(sample.dataset.task)
    metrics = {name: metric for name, metric in known.items() if name in KEPT_METRICS}
    trial = Trial(0, configuration)
    folds = tuple(range(len(sample.folds))) if fold == ALL_FOLDS else (fold,)
    evaluator = Evaluator(
        dataset=DirectHandle(sample.dataset),
        folds=DirectHandle(sample.folds),
        seed=sample.seed,
        metric=next(iter(metrics)),
        out_of_bag=len(folds) > 1,
    )
    cpu, wall = time.process_time(), time.perf_counter()
    results = evaluator.evaluate(Unit(trial, folds))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    failed = next((result for result in results if not result.ok), None)
    if failed is not None:
        return Measurement(
            str(failed.status), failed.reason[:200], cpu_seconds=cpu, wall_seconds=wall
        )
    record = TrialRecord(trial)
    for result in results:
        record.add(score_checkpoints(result, next(iter(metrics.values())), sample.dataset))
    start = time.process_time()
    test = _predict_test(record, results, sample)
    predict_seconds = time.process_time() - start
    return replace(
        _score(record, folds, test, sample, metrics),
        cpu_seconds=cpu,
        wall_seconds=wall,
        predict_seconds=predict_seconds,
        iterations=record.iteration,
    )


def _score(
    record: TrialRecord,
    folds: tuple[int, ...],
    test: FloatArray,
    sample: Sample,
    metrics: Mapping[str, Metric],
) -> Measurement:
    """Return the measurement without the seconds."""
    dataset = sample.dataset
    validation = np.concatenate([record.predictions(f) for f in folds])
    y = dataset.y[np.concatenate([record.rows(f) for f in folds])]
    return Measurement(
        "ok",
        losses={
            "validation": {
                name: _round(metric.safe_loss(y, validation)) for name, metric in metrics.items()
            },
            "test": {
                name: _round(metric.safe_loss(sample.y_test, test))
                for name, metric in metrics.items()
            },
        },
        validation=standardise(validation, dataset).astype(np.float16),
        test=standardise(test, dataset).astype(np.float16),
        y_validation=standardise(y, dataset),
        y_test=standardise(sample.y_test, dataset),
        shape=(
            dataset.n_rows - len(sample.folds.test(0)),
            len(y),
            len(sample.y_test),
            dataset.n_columns,
            dataset.n_outputs,
        ),
    )


def standardise(values: NDArray[Any], dataset: Dataset) -> NDArray[Any]:
    """Return values of a regression in standard deviations from the mean, others unchanged.

    Parameters
    ----------
    values : ndarray
        Predictions or targets.
    dataset : Dataset
        Supplies mean and deviation of the target.
    """
    if dataset.task is not Task.REGRESSION:
        return values
    deviation = max(float(dataset.y.std()), 1e-300)
    clipped: NDArray[Any] = np.clip((values - dataset.y.mean()) / deviation, -1e4, 1e4)
    return clipped


def _predict_test(
    record: TrialRecord, results: tuple[FoldResult, ...], sample: Sample
) -> FloatArray:
    """Return the mean test prediction of the fold models; a shared model counts once."""
    models: dict[Any, Any] = {}
    for result in results:
        if result.model is not None:
            models[result.model] = result.fold
    total: Any = 0.0
    for reference, fold in models.items():
        model = reference.load()
        iteration = record.iteration_of(fold)
        if iteration is not None:
            model.truncate(iteration)
        total = total + model.outputs(sample.X_test)
    mean: FloatArray = total / len(models)
    return mean


def _round(loss: float) -> float:
    return float(f"{loss:.6g}")


def finite_losses(losses: Mapping[str, Mapping[str, float]]) -> Losses:
    """Return the losses that JSON can represent, without infinite ones."""
    return {
        part: {name: value for name, value in values.items() if np.isfinite(value)}
        for part, values in losses.items()
    }
