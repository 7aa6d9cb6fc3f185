"""Stages of building: the rows of a data set used by an evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import IntArray
from autoskl.core.seeds import derive_seed, generator
from autoskl.core.task import Task
from autoskl.evaluation.folds import Folds, folds_from_pairs
from autoskl.evaluation.splitting import split_rows
from autoskl.metalearning.building.corpus import CorpusEntry
from autoskl.tables.dataset import Dataset, Table
from autoskl.tables.encoder import RawTableEncoder
from autoskl.tables.target import ClassEncoder

TEST_SHARE = 0.25
HOLDOUT_SHARE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Sample sizes and limits of an evaluation.

    Attributes
    ----------
    name : str
        One letter.
    train_rows, test_rows : int
        Maximum numbers.
    n_folds : int
        1 is a holdout; otherwise the folds of an ordinary fit.
    cpu_seconds : float
        CPU limit of a fit on one fold.
    """

    name: str
    train_rows: int
    test_rows: int
    n_folds: int
    cpu_seconds: float


STAGES = {
    "H": Stage(name="H", train_rows=2_000, test_rows=2_000, n_folds=1, cpu_seconds=10.0),
    "F": Stage(name="F", train_rows=10_000, test_rows=10_000, n_folds=5, cpu_seconds=30.0),
    "L": Stage(name="L", train_rows=100_000, test_rows=25_000, n_folds=1, cpu_seconds=120.0),
}
"""Holdout, folds, large."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A split of a data set for evaluation.

    Attributes
    ----------
    dataset : Dataset
        Training and validation rows.
    folds : Folds
    X_test : ndarray or csr_array of shape (n_test, n_columns)
    y_test : ndarray of shape (n_test,)
    seed : int
    """

    dataset: Dataset
    folds: Folds
    X_test: Table
    y_test: NDArray[Any]
    seed: int


def draw_sample(table: Any, target: Any, entry: CorpusEntry, stage: Stage, repeat: int) -> Sample:
    """Draw the rows of a stage deterministically.

    Test rows are set apart first: nothing is learned from them, not even the encoding.

    Parameters
    ----------
    table : DataFrame
    target : Series
    entry : CorpusEntry
    stage : Stage
    repeat : int
        Number of the draw.
    """
    y, n_classes = _codes(target, entry.task)
    rng = generator("sample", entry.name, repeat)
    order = _stratified_order(y, entry.task, rng)
    n_test = min(round(TEST_SHARE * len(y)), stage.test_rows)
    test, train = order[:n_test], order[n_test:][: stage.train_rows]
    y, n_classes, test = _known_classes(y, n_classes, train, test, entry.task)
    encoder = RawTableEncoder()
    X = encoder.fit_transform(table.iloc[train])
    dataset = Dataset(
        X=X, y=y[train], columns=encoder.columns_, task=entry.task, n_classes=n_classes
    )
    seed = derive_seed("build", entry.name, repeat)
    folds = _holdout(dataset) if stage.n_folds == 1 else _cross_validation(dataset, stage, seed)
    return Sample(dataset, folds, encoder.transform(table.iloc[test]), y[test], seed)


def _codes(target: Any, task: Task) -> tuple[NDArray[Any], int]:
    if not task.is_classification:
        return np.asarray(target, dtype=np.float64), 1
    encoder = ClassEncoder()
    codes = encoder.fit_transform(target)
    return codes, len(encoder.classes_)


def _stratified_order(y: NDArray[Any], task: Task, rng: np.random.Generator) -> IntArray:
    """Return a random order of the rows in which every stretch is stratified by class."""
    order = rng.permutation(len(y))
    if not task.is_classification:
        return order
    sorted_order = order[np.argsort(y[order], kind="stable")]
    counts = np.bincount(y)
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    within = np.arange(len(y)) - starts
    place = (within + rng.random(len(counts))[y[sorted_order]]) / np.repeat(counts, counts)
    stratified: IntArray = sorted_order[np.argsort(place, kind="stable")]
    return stratified


def _known_classes(
    y: NDArray[Any], n_classes: int, train: IntArray, test: IntArray, task: Task
) -> tuple[NDArray[Any], int, IntArray]:
    """Renumber the classes of the training rows and drop test rows of other classes."""
    if not task.is_classification:
        return y, 1, test
    present = np.unique(y[train])
    number = np.full(n_classes, -1, np.int64)
    number[present] = np.arange(len(present))
    renumbered = number[y]
    return renumbered, len(present), test[renumbered[test] >= 0]


def _holdout(dataset: Dataset) -> Folds:
    """Hold out the last quarter of the rows, which are in stratified order."""
    n = dataset.n_rows
    held = np.arange(n - max(1, round(HOLDOUT_SHARE * n)), n)
    priority = np.linspace(1.0 / n, 1.0, n, dtype=np.float32)
    empty = np.empty(0, np.intp)
    return folds_from_pairs([(empty, held)], n, priority, complement=True)


def _cross_validation(dataset: Dataset, stage: Stage, seed: int) -> Folds:
    """Return the folds of an ordinary fit, without repeats."""
    return split_rows(dataset, stage.n_folds, seed=seed, time_limit=None, max_repeats=1)
