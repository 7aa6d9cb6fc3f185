"""Whether a table at predict has the columns that the estimator was fitted on."""

from __future__ import annotations

import warnings
from typing import Any

from sklearn.utils.validation import _check_feature_names, _check_n_features, check_array

from autoskl.core.errors import DataWarning
from autoskl.tables.containers import labels_of
from autoskl.tables.encoder import RawTableEncoder
from autoskl.tables.intake import refuse_lazy
from autoskl.tables.names import Labels
from autoskl.tables.repairs import list_names


def check_columns(estimator: Any, encoder: RawTableEncoder, X: Any) -> None:
    """Check the columns of a table; those of a frame may come in any order, with others besides.

    scikit-learn's estimators refuse a frame whose columns are merely reordered. Here columns go by
    name, so that nothing can be mixed up: others are passed over with a warning, and only a missing
    one is an error, which the encoder raises.

    Parameters
    ----------
    estimator : fitted estimator
    encoder : RawTableEncoder
        Fitted on the training table.
    X : array-like, data frame or sparse array of shape (n_samples, n_features)

    Raises
    ------
    ValueError
        For a table without names that has another number of columns, or is no table.
    """
    refuse_lazy(X)
    if len(getattr(X, "shape", ())) < 2:
        # Lists and vectors: scikit-learn's words for what is wrong with them.
        check_array(X, dtype=None, ensure_all_finite=False)
    known, labels = encoder.labels, labels_of(X)
    if known is None or labels is None:
        _check_unnamed(estimator, X, labels)
        return
    fitted = set(known)
    extra = [label for label in labels if label not in fitted]
    if extra:
        shown = list_names(extra)
        warnings.warn(
            f"X has {len(extra)} columns that were not there at fit; they are not used: {shown}.",
            DataWarning,
            stacklevel=5,
        )


def _check_unnamed(estimator: Any, X: Any, labels: Labels | None) -> None:
    """Check a table whose columns go by position, since it or the training table has no names."""
    if isinstance(X, list):
        return
    if labels is None or all(isinstance(label, str) for label in labels):
        # Others are no names for scikit-learn, which would refuse a mixture of types.
        _check_feature_names(estimator, X, reset=False)
    _check_n_features(estimator, X, reset=False)
