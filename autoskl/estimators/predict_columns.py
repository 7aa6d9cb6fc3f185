"""Checks that a table at predict has the columns that the estimator was fitted on."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any

from sklearn.utils.validation import _check_feature_names, _check_n_features, check_array

from autoskl.core.errors import DataWarning
from autoskl.core.stack_level import user_stack_level
from autoskl.tables.containers import column_labels
from autoskl.tables.encoder import RawTableEncoder
from autoskl.tables.names import Labels
from autoskl.tables.raw_table import reject_lazy
from autoskl.tables.repairs import list_names


def check_columns(estimator: Any, encoder: RawTableEncoder, X: Any) -> None:
    """Check the columns of a table; a data frame may have reordered or additional columns.

    scikit-learn's estimators reject a frame whose columns are merely reordered. Here columns are
    matched by name, so nothing can be mixed up: additional columns are ignored with a warning, and
    only a missing one that the encoder reads is an error, which it raises.

    Parameters
    ----------
    estimator : fitted estimator
    encoder : RawTableEncoder
        Fitted on the training table.
    X : array-like, data frame or sparse array of shape (n_samples, n_features)

    Raises
    ------
    ValueError
        If X is not a table, or has no names and another number of columns.
    """
    reject_lazy(X)
    if len(getattr(X, "shape", ())) < 2:
        # Lists and vectors get scikit-learn's own error message.
        check_array(X, dtype=None, ensure_all_finite=False)
    known, labels = encoder.labels, column_labels(X)
    if known is None or labels is None:
        _check_unnamed(estimator, X, labels)
        return
    extra = list((Counter(labels) - Counter(known)).elements())
    if extra:
        columns = "a column" if len(extra) == 1 else f"{len(extra)} columns"
        repeated = " Of columns with the same name, the first are used." * (
            len(set(labels)) < len(labels)
        )
        warnings.warn(
            f"X has {columns} that fit did not have; ignored: {list_names(extra)}.{repeated}",
            DataWarning,
            stacklevel=user_stack_level(),
        )


def _check_unnamed(estimator: Any, X: Any, labels: Labels | None) -> None:
    """Check a table whose columns are matched by position, since names are missing."""
    if isinstance(X, list):
        return
    if labels is None or all(isinstance(label, str) for label in labels):
        # scikit-learn accepts only strings as names and would reject a mixture of types.
        _check_feature_names(estimator, X, reset=False)
    _check_n_features(estimator, X, reset=False)
