"""The first step of every pipeline: encodes the user's table as one array."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from autoskl.tables.dataset import Table
from autoskl.tables.encoding import encode
from autoskl.tables.encoding_plan import make_encoding_plan
from autoskl.tables.names import Labels
from autoskl.tables.raw_table import read_table
from autoskl.tables.repairs import describe_repairs


# No set_output: the result is an array whatever the user has configured globally.
class RawTableEncoder(TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[misc, call-arg]
    """Encode a table of any kind as one array of numbers.

    Numbers are unchanged, booleans become 0 and 1, categories codes 0, 1, ..., datetimes seconds
    since 1970 (UTC), and timedeltas seconds. Missing, infinite and unseen values become NaN. String
    columns are parsed as numbers, datetimes or timedeltas where their values are such, and as
    numbers also where nearly all values have the same unit ("74 bhp", "$1,200.50"). Otherwise, a
    string column is text if its rows have several words and its values rarely repeat, and is then
    stored beside the numbers; else it is categorical. Sparse tables stay sparse. Columns that are
    empty, constant, or identifiers (codes that differ in nearly every row) are dropped. If no
    column is left, the result is one column of zeros.

    The encoding is fixed in `fit`. Columns of data frames are matched by name: their order does
    not matter, and additional columns are ignored.

    Parameters
    ----------
    categorical_features : "from_dtype", sequence of str, int or bool, default="from_dtype"
        Categorical columns: names, positions or a mask. Columns of the pandas category dtype are
        always categorical. None is the same as ``"from_dtype"``.

    Attributes
    ----------
    columns_ : tuple of Column
        One per numeric column of the encoded table, then the text columns; empty if it is sparse.
    kinds_ : dict of str to Kind
        Kind of every column of the training table, by name.
    dropped_ : dict of str to Kind
        The dropped columns: ``"empty"``, ``"constant"`` or ``"identifier"``.
    repairs_ : list of str
        Messages about repairs of the training table, which name the columns.
    n_features_in_ : int
        Number of columns of the training table.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Only if all column names of the training table are strings.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoskl.tables.encoder import RawTableEncoder
    >>> encoder = RawTableEncoder().fit(pd.DataFrame({"size": [1.5, None], "colour": ["b", "a"]}))
    >>> encoder.transform(pd.DataFrame({"colour": ["a", "c"], "size": [2, 3]}))
    array([[ 2.,  0.],
           [ 3., nan]])
    """

    def __init__(self, categorical_features: Any = "from_dtype") -> None:
        self.categorical_features = categorical_features

    def fit(self, X: Any, y: Any = None) -> Self:
        """Choose the encoding of each column.

        Parameters
        ----------
        X : data frame, array-like or sparse matrix of shape (n_rows, n_columns)
        y : ignored

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If X has no rows or no columns, is not two-dimensional or is complex, or if
            ``categorical_features`` lists columns that X does not have.
        TypeError
            If X is an array that holds dicts or lists.
        """
        table = read_table(X)
        self._plan = make_encoding_plan(table, self.categorical_features)
        self.columns_ = self._plan.columns
        self.kinds_ = self._plan.kinds
        self.dropped_ = self._plan.dropped
        self.repairs_ = describe_repairs(self._plan.repairs)
        self.n_features_in_ = len(self._plan.names)
        self.__dict__.pop("feature_names_in_", None)
        labels = self._plan.labels
        if labels is not None and all(isinstance(label, str) for label in labels):
            self.feature_names_in_ = np.array(labels, dtype=object)
        return self

    def transform(self, X: Any, copy: bool = False) -> Table:
        """Encode a table.

        Parameters
        ----------
        X : data frame, array-like or sparse matrix of shape (n_rows, n_columns)
            May have no rows.
        copy : bool, default=False
            Whether a dense result must not share memory with X.

        Returns
        -------
        ndarray, csr_array or MixedTable of shape (n_rows, n_kept_columns)
            float64 or float32; C-ordered if dense. By default X itself, not a copy, if nothing had
            to change.
            A `MixedTable` if there are text columns.

        Raises
        ------
        ValueError
            If columns that are read are missing, or if X has no column names and another number of
            columns.

        Warns
        -----
        DataWarning
            If most values of a column cannot be read, or it has several categories and none was
            seen in `fit`.
        """
        check_is_fitted(self)
        table = read_table(X, min_rows=0)
        labels = None if isinstance(table, np.ndarray) else table.labels
        by_name = None not in (labels, self._plan.labels)
        if not by_name and table.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {table.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input."
            )
        return encode(table, self._plan, copy=copy)

    @property
    def labels(self) -> Labels | None:
        """Original column names of the training table, None if it had none."""
        check_is_fitted(self)
        return self._plan.labels

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the columns of the encoded array.

        Parameters
        ----------
        input_features : array-like of str of shape (n_features_in_,) or None
            Names for the columns of a training table that had none.

        Returns
        -------
        ndarray of str of shape (n_kept_columns,)
        """
        check_is_fitted(self)
        names = np.array(self._plan.names, dtype=object)
        if input_features is not None:
            given = np.asarray(input_features, dtype=object)
            if self._plan.labels is not None and not np.array_equal(given, names):
                raise ValueError("input_features is not equal to feature_names_in_")
            if len(given) != len(names):
                raise ValueError(
                    "input_features should have length equal to number of features "
                    f"({len(names)}), got {len(given)}"
                )
            names = given
        kept = np.concatenate([self._plan.kept, self._plan.texts])
        return np.asarray(names[kept] if kept.size else names[:1])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        tags.input_tags.categorical = True
        return tags
