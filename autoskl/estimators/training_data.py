"""Validates what the user passes to ``fit`` and encodes it as the dataset of the search."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import (
    _check_sample_weight,
    _num_samples,
    check_consistent_length,
)

from autoskl.core.errors import DataWarning
from autoskl.core.stack_level import user_stack_level
from autoskl.core.task import Task
from autoskl.evaluation.leaks import warn_of_leaks
from autoskl.evaluation.splitting import UserRows
from autoskl.evaluation.table_size import is_large
from autoskl.tables.containers import as_indexable
from autoskl.tables.dataset import Dataset
from autoskl.tables.encoder import RawTableEncoder
from autoskl.tables.raw_table import reject_lazy

_MIN_ROWS_TO_WARN = 20
"""With fewer rows nobody expects a meaningful score."""


@dataclass(slots=True, eq=False)
class TrainingData:
    """The encoded table and its encoder.

    Attributes
    ----------
    encoder : RawTableEncoder
    source : UserRows or None
        The rows as passed by the user, for a splitter of the user.
    """

    encoder: RawTableEncoder
    source: UserRows | None
    _dataset: Dataset | None

    def release(self) -> Dataset:
        """Return the dataset and drop the reference to it, so that the caller can free it."""
        dataset, self._dataset = self._dataset, None
        if dataset is None:
            raise RuntimeError("The dataset was released before.")
        return dataset


def training_data(
    X: Any,
    codes: NDArray[Any],
    *,
    task: Task,
    n_classes: int,
    encoder: RawTableEncoder,
    splitter_y: Any = None,
    sample_weight: Any = None,
    class_weights: NDArray[np.float64] | None = None,
    groups: Any = None,
) -> TrainingData:
    """Encode the table and drop rows of weight 0.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    codes : ndarray of shape (n_samples,)
        Class codes, or float values for regression.
    task : Task
    n_classes : int
        1 for regression.
    encoder : RawTableEncoder
        Fitted here.
    splitter_y : array-like of shape (n_samples,), default=None
        The target passed to the user's splitter; None if there is no such splitter.
    sample_weight : array-like of shape (n_samples,), default=None
    class_weights : ndarray of shape (n_samples,), default=None
        Weight of the class of each row, used for fitting but not for scoring.
    groups : array-like of shape (n_samples,), default=None

    Raises
    ------
    ValueError
        If lengths differ, weights are negative or all zero, or groups are invalid.
    """
    reject_lazy(X)
    check_consistent_length(X, codes, groups)
    weight = _checked_weight(sample_weight, X)
    group_codes = _group_codes(groups)
    kept = None if weight is None or weight.all() else np.flatnonzero(weight)
    source = None if splitter_y is None else UserRows(X, splitter_y, groups, kept)
    if weight is not None and kept is not None:
        X, codes, weight = _take_rows(X, kept), codes[kept], weight[kept]
        class_weights = None if class_weights is None else class_weights[kept]
        group_codes = None if group_codes is None else group_codes[kept]
    # The rows of a large table are moved in place later, which must not reach the user's.
    encoded = encoder.fit(X).transform(X, copy=is_large(len(codes)))
    if encoder.repairs_:
        warnings.warn(
            "X was repaired: " + "; ".join(encoder.repairs_),
            DataWarning,
            stacklevel=user_stack_level(),
        )
    _warn_of_singleton_classes(codes, task)
    dataset = Dataset(
        X=encoded,
        y=codes,
        columns=encoder.columns_,
        task=task,
        n_classes=n_classes,
        fit_weight=_product(weight, class_weights),
        score_weight=weight,
        groups=group_codes,
    )
    warn_of_leaks(dataset)
    return TrainingData(encoder, source, dataset)


def _warn_of_singleton_classes(codes: NDArray[Any], task: Task) -> None:
    if not task.is_classification:
        return
    n_singletons = int(np.count_nonzero(np.bincount(codes) == 1))
    if n_singletons and len(codes) >= _MIN_ROWS_TO_WARN:
        classes = "A class has" if n_singletons == 1 else f"{n_singletons} classes have"
        warnings.warn(
            f"{classes} a single row. It is in the training set of every fold, so scores say "
            "nothing about such a class. Add rows, or merge rare classes.",
            DataWarning,
            stacklevel=user_stack_level(),
        )


def _checked_weight(sample_weight: Any, X: Any) -> NDArray[np.float64] | None:
    if sample_weight is None:
        return None
    rows = np.empty((_num_samples(X), 1))
    weight = _check_sample_weight(sample_weight, rows, dtype=np.float64, ensure_non_negative=True)
    if not weight.any():
        raise ValueError("Sample weights must contain at least one non-zero number.")
    # Weights of 1 are the same as none. Other equal weights are not: a row of weight 2 counts like
    # two copies of it, so that a penalty on coefficients has half the influence.
    return None if np.all(weight == 1.0) else weight


def with_index_of(values: NDArray[Any], y: Any) -> Any:
    """Return values as a pandas Series with the index of y if y is a Series, else unchanged.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        Labels or numbers of y in a dtype that scikit-learn's splitters accept.
    y : array-like of shape (n_samples,)
    """
    import pandas as pd

    return pd.Series(values, index=y.index, name=y.name) if isinstance(y, pd.Series) else values


def _group_codes(groups: Any) -> NDArray[np.int64] | None:
    import pandas as pd

    if groups is None:
        return None
    values = np.asarray(groups)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values.ravel()
    if values.ndim != 1:
        raise ValueError(
            f"groups must have one value for each row of X. Got an array of shape {values.shape}."
        )
    n_missing = np.count_nonzero(pd.isna(values))
    if n_missing:
        raise ValueError(
            f"groups lacks {n_missing} of {len(values)} values. Give each of these rows the group "
            "it belongs to, or one of its own."
        )
    try:
        return np.unique(values, return_inverse=True)[1].astype(np.int64)
    except TypeError as error:
        types = ", ".join(sorted({type(value).__name__ for value in values}))
        raise ValueError(
            f"groups holds values that cannot be compared with each other, of the types {types}. "
            "Convert them to one type first, for example with numpy.asarray(groups).astype(str)."
        ) from error


def _take_rows(X: Any, rows: NDArray[np.intp]) -> Any:
    from sklearn.utils import _safe_indexing

    return _safe_indexing(as_indexable(X), rows)


def _product(
    first: NDArray[np.float64] | None, second: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    if first is None or second is None:
        return second if first is None else first
    return first * second
