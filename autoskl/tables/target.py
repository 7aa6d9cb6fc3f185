"""Validates the target strictly: repairing it could silently change the problem."""

from __future__ import annotations

from contextlib import suppress
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.repairs import list_names

MAX_TARGET = 1e150
"""Larger regression targets have squared errors whose sum may exceed the range of float64."""


class ClassEncoder:
    """Encodes class labels as codes 0, 1, ....

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The sorted labels; their positions are the codes.

    Examples
    --------
    >>> from autoskl.tables.target import ClassEncoder
    >>> encoder = ClassEncoder()
    >>> encoder.fit_transform(["no", "yes", "no"])
    array([0, 1, 0])
    >>> encoder.inverse_transform([1]).tolist()
    ['yes']
    """

    classes_: NDArray[Any]

    def fit_transform(self, y: Any) -> NDArray[np.int64]:
        """Learn the classes and return the codes.

        Parameters
        ----------
        y : array-like of shape (n_rows,)
            Labels of one type: strings, booleans or numbers, in any numpy or pandas dtype.

        Returns
        -------
        ndarray of int64 of shape (n_rows,)

        Raises
        ------
        ValueError
            If labels are missing, infinite, continuous, of different types, or integers of more
            than 64 bits.
        """
        from sklearn.utils.multiclass import check_classification_targets

        labels = _homogeneous(_column(y))
        _require_finite(labels)
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        return np.asarray(codes, dtype=np.int64)

    def transform(self, y: Any) -> NDArray[np.int64]:
        """Return the codes of labels.

        Raises
        ------
        ValueError
            If a label is not one of the classes.
        """
        labels = _homogeneous(_column(y))
        unseen = sorted({str(label) for label in labels[~np.isin(labels, self.classes_)]})
        if unseen:
            raise ValueError(f"y contains previously unseen labels: {list_names(unseen)}.")
        return np.asarray(np.searchsorted(self.classes_, labels), dtype=np.int64)

    def inverse_transform(self, codes: Any) -> NDArray[Any]:
        """Return the labels of codes."""
        return np.asarray(self.classes_[np.asarray(codes)])


def plain_labels(y: Any) -> NDArray[Any]:
    """Return labels as an array of their own type, such as numbers stored in an object array.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
    """
    return _homogeneous(_column(y))


def check_regression_target(y: Any) -> NDArray[np.float64]:
    """Return a regression target as float64.

    Parameters
    ----------
    y : array-like of shape (n_rows,)

    Returns
    -------
    ndarray of float64 of shape (n_rows,)

    Raises
    ------
    ValueError
        If values are missing, infinite, not numbers, or so large that their squares are infinite.
    """
    y = _column(y)
    if y.dtype.kind not in "biufOUS":
        raise ValueError(f"y must hold numbers for a regression. Got dtype {y.dtype} instead.")
    try:
        values = np.ascontiguousarray(y, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"y must hold numbers for a regression: {error}. Convert it first, or use "
            "AutoClassifier if these are classes."
        ) from error
    _require_finite(values)
    largest = float(np.abs(values).max(initial=0.0))
    if largest > MAX_TARGET:
        raise ValueError(
            f"y holds values up to {largest:.3g}, whose squared errors are infinite in float64. "
            f"Divide y by a constant first, such as {largest:.0e}; at most {MAX_TARGET:.0e} works."
        )
    return values


def _column(y: Any) -> NDArray[Any]:
    """Return y as a one-dimensional array that keeps the types of its values."""
    from sklearn.utils import column_or_1d

    if y is None:
        raise ValueError("fit requires y to be passed, but the target y is None.")
    shape: tuple[int, ...] = getattr(y, "shape", ())
    if len(shape) == 2 and shape[1] != 1:  # before other errors about frames
        raise ValueError(f"y should be a 1d array, got an array of shape {tuple(shape)} instead.")
    if isinstance(y, np.ma.MaskedArray):
        _require_present(np.ma.getmaskarray(y))
    if hasattr(y, "isna"):  # pandas, whose extension dtypes numpy would convert to float
        _require_present(np.asarray(y.isna()))
        if not isinstance(getattr(y, "dtype", None), np.dtype):
            y = y.astype(object)
    elif isinstance(y, list | tuple) and _is_converted(y):
        y = np.array(y, dtype=object)
        if all(isinstance(label, str) for label in y.flat):
            y = y.astype(str)
    y = column_or_1d(y, warn=True)
    if y.dtype.kind == "O":
        import pandas as pd

        _require_present(pd.isna(y))
    return np.asarray(y)


def _is_converted(y: list[Any] | tuple[Any, ...]) -> bool:
    """Whether numpy converts missing values and numbers to text, or large integers to floats."""
    kind = np.asarray(y).dtype.kind
    return kind in "US" or (kind == "f" and all(isinstance(value, Integral) for value in y))


def _homogeneous(y: NDArray[Any]) -> NDArray[Any]:
    """Convert objects to their common type; strings stay in an object array."""
    if y.dtype.kind != "O" or not len(y):
        return y
    types = set(map(type, y))
    if all(issubclass(each, bool | np.bool_) for each in types):
        return np.array(y.tolist(), dtype=bool)
    if all(issubclass(each, Integral) for each in types):
        return _as_integers(y)
    if all(issubclass(each, Real) for each in types):
        return np.array(y.tolist(), dtype=np.float64)
    if len(types) > 1 and not all(issubclass(each, str) for each in types):
        names = ", ".join(sorted(each.__name__ for each in types))
        raise ValueError(
            f"y mixes labels of different types ({names}), which cannot be sorted. Convert "
            "them to one type first, for example with numpy.asarray(y).astype(str)."
        )
    if not all(issubclass(each, str) for each in types):
        (name,) = (each.__name__ for each in types)
        raise ValueError(
            f"Unknown label type: y holds labels of type {name}, which scikit-learn cannot compare "
            "or score. Convert them first, for example with numpy.asarray(y).astype(str)."
        )
    return y


def _as_integers(y: NDArray[Any]) -> NDArray[Any]:
    for dtype in (np.int64, np.uint64):
        with suppress(OverflowError):
            return np.array(y.tolist(), dtype=dtype)
    raise ValueError(
        "y holds integers that do not fit into 64 bits. Convert the labels to strings first, for "
        "example with numpy.asarray(y).astype(str)."
    )


def _require_present(missing: NDArray[np.bool_]) -> None:
    if missing.any():
        raise ValueError(
            f"Input y contains NaN.\n{np.count_nonzero(missing)} of {len(missing)} target values "
            "are missing. Drop these rows, or fill in the values."
        )


def _require_finite(y: NDArray[Any]) -> None:
    if y.dtype.kind != "f":
        return
    _require_present(np.isnan(y))
    infinite = np.count_nonzero(np.isinf(y))
    if infinite:
        raise ValueError(
            f"Input y contains infinity or a value too large for {y.dtype!r}.\n{infinite} of "
            f"{len(y)} target values are infinite. Drop these rows."
        )
