"""Latent semantic analysis of character n-grams."""

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


class CharTfidf(Component):
    """TF-IDF of character n-grams, which are robust to misspelling and inflection, then an SVD.

    References
    ----------
    P. McNamee, J. Mayfield. "Character n-gram tokenization for European language text retrieval".
    Information Retrieval, 2004.
    """

    role = Role.TEXT
    weight = 2.0

    def parameters(self, task: Task) -> Space:
        """Return the number of components, the longest n-gram, and whether to add statistics."""
        return Space(
            [
                integer("n_components", 8, 128, 48, log=True),
                integer("most_characters", 3, 5, 4),
                choice("statistics", [True, False]),
            ]
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the maximum number of output columns."""
        return vector_columns(values, context)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        return vector_cost(shape, seconds_of_text=3e-4)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `TextVectors`, optionally in a union with `TextStatistics`."""
        return text_vectors(
            values, context, analyzer="char_wb", sizes=(2, int_value(values, "most_characters"))
        )
