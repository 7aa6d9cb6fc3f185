"""Fits the steps before the model, or reuses those of a trial that shares them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray
from scipy.sparse import issparse

from autoskl.components.cache import Section
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.core.mapped_pages import copy_rows
from autoskl.core.result import IntArray
from autoskl.evaluation.row_order import take_rows
from autoskl.pipelines.builder import BuiltPipeline
from autoskl.pipelines.placement import STEPS
from autoskl.pipelines.weight_routing import request_weights
from autoskl.tables.dataset import Dataset
from autoskl.tables.text_table import MixedTable


@dataclass(frozen=True, slots=True, eq=False)
class PreprocessedRows:
    """A pipeline fitted up to its model, and the preprocessed rows.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
    X_fit : array, sparse array or MixedTable of shape (n_fitted, n_columns)
    X_test : array, sparse array or MixedTable of shape (n_held_out, n_columns), or None
        None when nothing is held out.
    """

    pipeline: Any
    X_fit: Any
    X_test: Any


def preprocess(
    built: BuiltPipeline,
    dataset: Dataset,
    train: IntArray | None,
    test: IntArray | None,
    cache: Section,
) -> PreprocessedRows:
    """Fit the steps before the model and transform the rows.

    Parameters
    ----------
    built : BuiltPipeline
    dataset : Dataset
    train : ndarray of int or None
        Rows that are fitted; None for all.
    test : ndarray of int or None
        Rows that are held out, if any.
    cache : Section
        Section of these rows; arrays from the cache are read-only.
    """
    from sklearn.pipeline import Pipeline

    rows = slice(None) if train is None else train
    if not built.recipe:
        fitted = dataset.X[rows] if train is None else take_rows(dataset.X, train)
        held_out = None if test is None else take_rows(dataset.X, test)
        return PreprocessedRows(built.pipeline, fitted, held_out)

    def fit() -> tuple[Any, Any, Any]:
        steps = built.pipeline[:-1]
        weight = None if dataset.fit_weight is None else dataset.fit_weight[rows]
        X = dataset.X if train is None else copy_rows(dataset.X, train)
        X_fit = fit_steps(steps, X, dataset.y[rows], weight)
        X_test = None if test is None else steps.transform(copy_rows(dataset.X, test))
        return steps, _make_read_only(X_fit), _make_read_only(X_test)

    steps, X_fit, X_test = cache.reuse(("rows", built.recipe), fit, _size_in_bytes)
    return PreprocessedRows(Pipeline([*steps.steps, built.pipeline.steps[-1]]), X_fit, X_test)


def fit_steps(steps: Any, X: Any, y: NDArray[Any], weight: NDArray[Any] | None) -> Any:
    """Fit steps in place, with the weights of rows if a step takes them, and transform the rows.

    Parameters
    ----------
    steps : sklearn.pipeline.Pipeline
        Without the model.
    X : array or sparse array of shape (n_rows, n_columns)
    y : ndarray of shape (n_rows,)
    weight : ndarray of shape (n_rows,) or None
    """
    from sklearn import config_context
    from sklearn.utils.metadata_routing import get_routing_for_object

    if weight is None:
        return steps.fit_transform(X, y)
    request_weights(steps)
    with config_context(enable_metadata_routing=True):
        wanted = get_routing_for_object(steps).consumes("fit", {"sample_weight"})
        return steps.fit_transform(X, y, **dict.fromkeys(wanted, weight))


def _make_read_only(X: Any) -> Any:
    """Make arrays read-only, since several models share them."""
    for part in _arrays(X):
        part.flags.writeable = False
    return X


def _size_in_bytes(cached: tuple[Any, Any, Any]) -> float:
    return float(sum(part.nbytes for X in cached[1:] for part in _arrays(X)))


def _arrays(X: Any) -> list[NDArray[Any]]:
    if X is None:
        return []
    if isinstance(X, MixedTable):
        return [X.numbers]
    return [X.data, X.indices, X.indptr] if issparse(X) else [X]


def uses_target(configuration: Configuration) -> bool:
    """Whether a step before the model learns from y, and so must be fitted on each fold."""
    roles = [role for role in STEPS if role in configuration]
    return any(component(str(configuration[role])).tags.uses_target for role in roles)
