"""The first step of every pipeline: the user's table becomes one array."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from autoskl.tables.dataset import Table
from autoskl.tables.encoding import encode
from autoskl.tables.intake import read_table
from autoskl.tables.names import Labels
from autoskl.tables.plan import make_plan
from autoskl.tables.repairs import describe


# The output stays an array also where the user has configured scikit-learn to give data frames.
class RawTableEncoder(TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[misc, call-arg]
    """Encode a table of any kind as one array of numbers.

    Numbers stay as they are, truth values become 0 and 1, categories codes 0, 1, ..., moments
    seconds since 1970 (UTC), durations seconds. NaN stands for missing, infinite and unseen values.
    Text becomes numbers or moments where every value spells one, numbers also where nearly every
    value is one with the same unit ("74 bhp", "$1,200.50"). Where rows have several words and
    values rarely repeat, it stays text, which stands beside the numbers; else it becomes
    categories. Sparse tables stay sparse. Columns that are constant, without any value, or
    identifiers (codes that differ in nearly every row) are dropped; where none is left, the array
    is one column of zeros.

    What is decided in `fit` holds for every later table. Columns of data frames are found by name:
    their order does not matter, further ones are ignored.

    Parameters
    ----------
    categorical_features : {"from_dtype"} or sequence of str, int or bool, default="from_dtype"
        Columns that hold categories: names, positions or a mask. Columns of pandas'
        category dtype always do, columns of text where it spells no numbers or moments.

    Attributes
    ----------
    columns_ : tuple of Column
        One for each column of the encoded array, then those of text; empty when it is sparse.
    kinds_ : dict of str to Kind
        The kind of every column of the training table, by name.
    dropped_ : dict of str to Kind
        The columns left out: ``"empty"``, ``"constant"`` or ``"identifier"``.
    repairs_ : list of str
        What had to be repaired, in sentences that name the columns.
    n_features_in_ : int
        Number of columns of the training table.
    feature_names_in_ : ndarray of str of shape (n_features_in_,)
        Only when the training table had names that are all strings.

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
        """Decide how each column is encoded.

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
            For a table without rows or columns, that is not two-dimensional or is complex; for
            ``categorical_features`` that are no columns of it.
        TypeError
            For an array that holds dicts or lists.
        """
        table = read_table(X)
        self._plan = make_plan(table, self.categorical_features)
        self.columns_ = self._plan.columns
        self.kinds_ = self._plan.kinds
        self.dropped_ = self._plan.dropped
        self.repairs_ = describe(self._plan.repairs)
        self.n_features_in_ = len(self._plan.names)
        self.__dict__.pop("feature_names_in_", None)
        labels = self._plan.labels
        if labels is not None and all(isinstance(label, str) for label in labels):
            self.feature_names_in_ = np.array(labels, dtype=object)
        return self

    def transform(self, X: Any) -> Table:
        """Encode a table.

        Parameters
        ----------
        X : data frame, array-like or sparse matrix of shape (n_rows, n_columns)
            May have no rows.

        Returns
        -------
        ndarray, csr_array or MixedTable of shape (n_rows, n_kept_columns)
            float64 or float32; C-ordered when dense. It is X itself where nothing had to change.
            A `MixedTable` where there are columns of text.

        Raises
        ------
        ValueError
            When columns are missing, or their number differs in a table without names.
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
        return encode(table, self._plan)

    @property
    def labels(self) -> Labels | None:
        """Names of the columns of the training data frame as they were, None without names."""
        check_is_fitted(self)
        return self._plan.labels

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the columns of the encoded array.

        Parameters
        ----------
        input_features : array-like of str of shape (n_features_in_,) or None
            Names of the columns of a table that had none when the encoder was fitted.

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
