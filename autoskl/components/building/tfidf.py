"""Shared parts of the TF-IDF components: estimators, columns and costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Context, Cost, Shape
from autoskl.components.transformers.text_statistics import STATISTICS, TextStatistics
from autoskl.components.transformers.text_vectors import TextVectors
from autoskl.core.configuration import Value
from autoskl.tables.columns import Column, Kind

MAX_COLUMNS = 1_024
"""Maximum number of components of all text columns together."""


def text_vectors(
    values: Mapping[str, Value], context: Context, *, analyzer: str, sizes: tuple[int, int]
) -> Any:
    """Return a vectoriser, together with statistics if ``values["statistics"]`` is true.

    Parameters
    ----------
    values : mapping
        Hyperparameters ``n_components``, ``statistics`` and, if there is one, ``min_df``.
    context : Context
    analyzer : {"word", "char_wb"}
    sizes : (int, int)
        Minimum and maximum length of the n-grams.
    """
    from sklearn.pipeline import make_union

    vectors = TextVectors(
        analyzer,
        sizes,
        n_components=n_components(values, context),
        min_df=int_value(values, "min_df") if "min_df" in values else 2,
        random_state=context.seed,
    )
    return make_union(vectors, TextStatistics()) if values["statistics"] else vectors


def n_components(values: Mapping[str, Value], context: Context) -> int:
    """Return the number of components per text column, reduced if there are many columns."""
    max_components = MAX_COLUMNS // max(len(context.columns), 1)
    return max(2, min(int_value(values, "n_components"), max_components))


def vector_cost(shape: Shape, *, seconds_of_text: float) -> Cost:
    """Return the estimated cost for texts of typical length, fitted on a sample of them.

    Parameters
    ----------
    shape : Shape
    seconds_of_text : float
    """
    texts = shape.n_rows * shape.n_columns
    return Cost(seconds=0.1 + seconds_of_text * texts, bytes=1e8 + 400.0 * texts)


def vector_columns(values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
    """Return the output columns, at most as many as there may be."""
    names = [f"direction {number}" for number in range(n_components(values, context))]
    if values["statistics"]:
        names += STATISTICS
    return tuple(
        Column(f"{column.name} {name}", Kind.NUMERIC)
        for column in context.columns
        for name in names
    )
