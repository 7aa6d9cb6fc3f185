"""What the components for texts have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Context, Cost, Shape
from autoskl.components.learners.text_statistics import STATISTICS, TextStatistics
from autoskl.components.learners.text_vectors import TextVectors
from autoskl.core.configuration import Value
from autoskl.tables.columns import Column, Kind

MOST_COLUMNS = 1_024
"""Numbers that all columns of text may become together."""


def text_vectors(
    values: Mapping[str, Value], context: Context, *, analyzer: str, sizes: tuple[int, int]
) -> Any:
    """Return vectors of texts, and statistics beside them where ``values["statistics"]`` says so.

    Parameters
    ----------
    values : mapping
        Hyperparameters ``n_components``, ``statistics`` and, if there is one, ``min_df``.
    context : Context
    analyzer : {"word", "char_wb"}
    sizes : (int, int)
        Least and greatest number of words or characters that are counted as one.
    """
    from sklearn.pipeline import make_union

    vectors = TextVectors(
        analyzer,
        sizes,
        n_components=n_components(values, context),
        min_df=int(str(values.get("min_df", 2))),
        random_state=context.seed,
    )
    return make_union(vectors, TextStatistics()) if values["statistics"] else vectors


def n_components(values: Mapping[str, Value], context: Context) -> int:
    """Return how many numbers each column of text becomes; where there are many, fewer each."""
    most = MOST_COLUMNS // max(len(context.columns), 1)
    return max(2, min(int(str(values["n_components"])), most))


def vector_cost(shape: Shape, *, seconds_of_text: float) -> Cost:
    """Return a rough prior for texts of usual length, of which directions are learnt from a sample.

    Parameters
    ----------
    shape : Shape
    seconds_of_text : float
    """
    texts = shape.n_rows * shape.n_columns
    return Cost(seconds=0.1 + seconds_of_text * texts, bytes=1e8 + 400.0 * texts)


def vector_columns(values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
    """Return as many numbers as the texts become at most."""
    names = [f"direction {number}" for number in range(n_components(values, context))]
    if values["statistics"]:
        names += STATISTICS
    return tuple(
        Column(f"{column.name} {name}", Kind.NUMERIC)
        for column in context.columns
        for name in names
    )
