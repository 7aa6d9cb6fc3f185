"""Steps that put what they make of some columns behind all others, which keep their order.

So later steps can be told where the others are, however many columns these steps make.
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


class ColumnsReplaced(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Replace some columns of numbers by what a transformer makes of them; texts stay.

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
        """Fit the transformer on its columns.

        Parameters
        ----------
        X : ndarray or MixedTable of shape (n_rows, n_columns)
        y : ndarray of shape (n_rows,) or None
        """
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: Rows, y: Any = None) -> Rows:
        """Fit the transformer and return the rows with its columns replaced."""
        self.transformer_ = _unfitted(self.transformer)
        return self._replace(X, self.transformer_.fit_transform(self._own(X), y))

    def transform(self, X: Rows) -> Rows:
        """Return rows with the columns replaced."""
        return self._replace(X, self.transformer_.transform(self._own(X)))

    def _own(self, X: Rows) -> FloatArray:
        own: FloatArray = _numbers(X)[:, list(self.columns)]
        return own

    def _replace(self, X: Rows, made: Any) -> Rows:
        joined = _join(np.delete(_numbers(X), list(self.columns), axis=1), made)
        return MixedTable(joined, X.texts) if isinstance(X, MixedTable) else joined


class TextsReplaced(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Replace the texts of a table by numbers.

    Where neither numbers nor anything of the texts is left, the table is one column of zeros.

    Parameters
    ----------
    transformer : transformer
        Takes texts, an array of str of shape (n_rows, n_texts), and gives numbers.

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
        self.transformer_ = _unfitted(self.transformer)
        return _join(X.numbers, self.transformer_.fit_transform(X.texts.to_array(), y))

    def transform(self, X: MixedTable) -> FloatArray:
        """Return a table as numbers, an array of shape (n_rows, n_numbers)."""
        return _join(X.numbers, self.transformer_.transform(X.texts.to_array()))


class BesideTexts(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Apply a transformer to the numbers of a table whose texts stay for the model.

    A table without numbers has one column of zeros instead.

    Parameters
    ----------
    transformer : transformer or "passthrough"
        May ask for weights by metadata routing.

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
            Metadata, such as weights.
        """
        self.fit_transform(X, y, **parameters)
        return self

    def fit_transform(self, X: MixedTable, y: Any = None, **parameters: Any) -> MixedTable:
        """Fit the transformer on the numbers and return the table with them replaced."""
        from sklearn.utils.metadata_routing import process_routing

        routed = process_routing(self, "fit_transform", **parameters)
        self.transformer_ = _unfitted(self.transformer)
        made = self.transformer_.fit_transform(
            _some_numbers(X), y, **routed.transformer.fit_transform
        )
        return self._with(X, made)

    def transform(self, X: MixedTable) -> MixedTable:
        """Return a table with its numbers replaced."""
        return self._with(X, self.transformer_.transform(_some_numbers(X)))

    def get_metadata_routing(self) -> Any:
        """Return who takes metadata: the transformer."""
        from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping

        mapping = MethodMapping().add(caller="fit", callee="fit")
        mapping.add(caller="fit_transform", callee="fit_transform")
        router = MetadataRouter(owner=type(self).__name__)
        return router.add(transformer=_unfitted(self.transformer), method_mapping=mapping)

    def _with(self, X: MixedTable, made: Any) -> MixedTable:
        return MixedTable(np.ascontiguousarray(made, dtype=X.dtype), X.texts)


def _some_numbers(X: MixedTable) -> FloatArray:
    numbers = X.numbers
    return numbers if numbers.shape[1] else np.zeros((len(numbers), 1), dtype=numbers.dtype)


def _numbers(X: Rows) -> FloatArray:
    return X.numbers if isinstance(X, MixedTable) else X


def _unfitted(transformer: Any) -> Any:
    from sklearn.preprocessing import FunctionTransformer

    return FunctionTransformer() if transformer == "passthrough" else clone(transformer)


def _join(others: NDArray[Any], made: Any) -> FloatArray:
    joined = np.hstack([others, np.asarray(made, dtype=others.dtype)])
    return joined if joined.shape[1] else np.zeros((len(others), 1), dtype=others.dtype)
