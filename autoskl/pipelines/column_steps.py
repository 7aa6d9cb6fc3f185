"""Transformers that replace some columns and append the results to the other columns.

The positions of the other columns are then known to later steps, whatever the number of results.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin, clone

from autoskl.core.result import FloatArray
from autoskl.tables.text_table import MixedTable

Rows: TypeAlias = FloatArray | MixedTable


class ColumnReplacer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Replaces some numeric columns by the output of a transformer; texts stay unchanged.

    Parameters
    ----------
    transformer : transformer or "passthrough"
    columns : sequence of int
        Distinct positions.

    Attributes
    ----------
    transformer_ : transformer
        The fitted clone.
    """

    def __init__(self, transformer: Any, columns: Sequence[int]) -> None:
        self.transformer = transformer
        self.columns = columns

    def fit(self, X: Rows, y: Any = None) -> Self:
        """Fit the transformer on the columns to replace.

        Parameters
        ----------
        X : ndarray or MixedTable of shape (n_rows, n_columns)
        y : ndarray of shape (n_rows,) or None
        """
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: Rows, y: Any = None) -> Rows:
        """Fit the transformer and return the rows with the columns replaced."""
        self.transformer_ = _clone(self.transformer)
        return self._replace(X, self.transformer_.fit_transform(self._select(X), y))

    def transform(self, X: Rows) -> Rows:
        """Return rows with the columns replaced."""
        return self._replace(X, self.transformer_.transform(self._select(X)))

    def _select(self, X: Rows) -> FloatArray:
        selected: FloatArray = _numbers(X)[:, list(self.columns)]
        return selected

    def _replace(self, X: Rows, made: Any) -> Rows:
        joined = _append(np.delete(_numbers(X), list(self.columns), axis=1), made)
        return MixedTable(joined, X.texts) if isinstance(X, MixedTable) else joined


class TextReplacer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Replaces the texts of a table by numbers.

    If no column is left, the result is one column of zeros.

    Parameters
    ----------
    transformer : transformer
        Transforms an array of str of shape (n_rows, n_texts) to numbers.

    Attributes
    ----------
    transformer_ : transformer
        The fitted clone.
    """

    def __init__(self, transformer: Any) -> None:
        self.transformer = transformer

    def fit(self, X: MixedTable, y: Any = None) -> Self:
        """Fit the transformer on the texts.

        Parameters
        ----------
        X : MixedTable of shape (n_rows, n_columns)
        y : ndarray of shape (n_rows,) or None
        """
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: MixedTable, y: Any = None) -> FloatArray:
        """Fit the transformer on the texts and return the table as numbers."""
        self.transformer_ = _clone(self.transformer)
        return _append(X.numbers, self.transformer_.fit_transform(X.texts.to_array(), y))

    def transform(self, X: MixedTable) -> FloatArray:
        """Return the table as numbers, an array of shape (n_rows, n_numbers)."""
        return _append(X.numbers, self.transformer_.transform(X.texts.to_array()))


class NumbersTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Applies a transformer to the numbers of a table and keeps its texts for the model.

    If the table has no numbers, the transformer is applied to one column of zeros.

    Parameters
    ----------
    transformer : transformer or "passthrough"
        May request weights by metadata routing.

    Attributes
    ----------
    transformer_ : transformer
        The fitted clone.
    """

    def __init__(self, transformer: Any) -> None:
        self.transformer = transformer

    def fit(self, X: MixedTable, y: Any = None, **parameters: Any) -> Self:
        """Fit the transformer on the numbers.

        Parameters
        ----------
        X : MixedTable of shape (n_rows, n_columns)
        y : ndarray of shape (n_rows,) or None
        **parameters : dict
            Metadata such as weights.
        """
        self.fit_transform(X, y, **parameters)
        return self

    def fit_transform(self, X: MixedTable, y: Any = None, **parameters: Any) -> MixedTable:
        """Fit the transformer on the numbers and return the table with the numbers replaced."""
        from sklearn.utils.metadata_routing import process_routing

        routed = process_routing(self, "fit_transform", **parameters)
        self.transformer_ = _clone(self.transformer)
        made = self.transformer_.fit_transform(
            _numbers_or_zeros(X), y, **routed.transformer.fit_transform
        )
        return self._replace_numbers(X, made)

    def transform(self, X: MixedTable) -> MixedTable:
        """Return the table with its numbers replaced."""
        return self._replace_numbers(X, self.transformer_.transform(_numbers_or_zeros(X)))

    def get_metadata_routing(self) -> Any:
        """Route metadata to the transformer."""
        from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping

        mapping = MethodMapping().add(caller="fit", callee="fit")
        mapping.add(caller="fit_transform", callee="fit_transform")
        router = MetadataRouter(owner=type(self).__name__)
        return router.add(transformer=_clone(self.transformer), method_mapping=mapping)

    def _replace_numbers(self, X: MixedTable, made: Any) -> MixedTable:
        return MixedTable(np.ascontiguousarray(made, dtype=X.dtype), X.texts)


def _numbers_or_zeros(X: MixedTable) -> FloatArray:
    numbers = X.numbers
    return numbers if numbers.shape[1] else np.zeros((len(numbers), 1), dtype=numbers.dtype)


def _numbers(X: Rows) -> FloatArray:
    return X.numbers if isinstance(X, MixedTable) else X


def _clone(transformer: Any) -> Any:
    from sklearn.preprocessing import FunctionTransformer

    return FunctionTransformer() if transformer == "passthrough" else clone(transformer)


def _append(others: NDArray[Any], made: Any) -> FloatArray:
    joined = np.hstack([others, np.asarray(made, dtype=others.dtype)])
    return joined if joined.shape[1] else np.zeros((len(others), 1), dtype=others.dtype)
