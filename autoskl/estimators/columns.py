"""Whether a table at predict has the columns that the estimator was fitted on."""

from __future__ import annotations

import warnings
from typing import Any

from sklearn.utils.validation import _check_feature_names, _check_n_features, check_array

from autoskl.core.errors import DataWarning

_SHOWN = 5


def check_columns(estimator: Any, X: Any) -> None:
    """Check the columns of a table; those of a frame may come in any order, with others besides.

    scikit-learn's estimators refuse a frame whose columns are merely reordered. Here columns go by
    name, so that nothing can be mixed up: others are passed over with a warning, and only a missing
    one is an error, which the encoder raises.

    Parameters
    ----------
    estimator : fitted estimator
    X : array-like, data frame or sparse array of shape (n_samples, n_features)

    Raises
    ------
    ValueError
        For a table without names that has another number of columns, or is no table.
    """
    if len(getattr(X, "shape", ())) < 2:
        # Lists and vectors: scikit-learn's words for what is wrong with them.
        check_array(X, dtype=None, ensure_all_finite=False)
    known = getattr(estimator, "feature_names_in_", None)
    if known is None or not hasattr(X, "columns"):
        if isinstance(X, list):
            return
        _check_feature_names(estimator, X, reset=False)
        _check_n_features(estimator, X, reset=False)
        return
    extra = [str(name) for name in X.columns if name not in set(known)]
    if extra:
        shown = ", ".join(extra[:_SHOWN]) + (", ..." if len(extra) > _SHOWN else "")
        warnings.warn(
            f"X has {len(extra)} columns that were not there at fit; they are not used: {shown}.",
            DataWarning,
            stacklevel=5,
        )
