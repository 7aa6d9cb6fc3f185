"""Latent semantic analysis of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.tfidf import text_vectors, vector_columns, vector_cost
from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Cost, Role, Shape
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer
from autoskl.tables.columns import Column


class WordTfidf(Component):
    """TF-IDF of words or word pairs, then a truncated SVD.

    References
    ----------
    S. Deerwester, S. T. Dumais, G. W. Furnas, T. K. Landauer, R. Harshman. "Indexing by latent
    semantic analysis". Journal of the American Society for Information Science, 1990.
    """

    role = Role.TEXT
    weight = 4.0

    def parameters(self, task: Task) -> Space:
        """Return the number of components, n-gram length, rarity limit and statistics."""
        return Space(
            [
                integer("n_components", 8, 128, 48, log=True),
                integer("most_words", 1, 2, 1),
                integer("min_df", 1, 10, 2, log=True),
                choice("statistics", [True, False]),
            ]
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the maximum number of output columns."""
        return vector_columns(values, context)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        return vector_cost(shape, seconds_of_text=1.5e-4)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `TextVectors`, optionally in a union with `TextStatistics`."""
        return text_vectors(
            values, context, analyzer="word", sizes=(1, int_value(values, "most_words"))
        )
