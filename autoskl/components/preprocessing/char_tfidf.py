"""Texts as the main directions of weighted counts of parts of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape
from autoskl.components.learners.text_steps import text_vectors, vector_columns, vector_cost
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer
from autoskl.tables.columns import Column


class CharTfidf(Component):
    """Count runs of characters inside of words, which are alike where words are misspelt or bent.

    References
    ----------
    P. McNamee, J. Mayfield. "Character n-gram tokenization for European language text retrieval".
    Information Retrieval, 2004.
    """

    role = Role.TEXT
    weight = 2.0

    def parameters(self, task: Task) -> Space:
        """Return how many directions and characters in a run, and statistics."""
        return Space(
            [
                integer("n_components", 8, 128, 48, log=True),
                integer("most_characters", 3, 5, 4),
                choice("statistics", [True, False]),
            ]
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return as many numbers as there may be."""
        return vector_columns(values, context)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        return vector_cost(shape, seconds_of_text=3e-4)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `TextVectors`, with `TextStatistics` beside it where they are wanted."""
        return text_vectors(
            values, context, analyzer="char_wb", sizes=(2, int(str(values["most_characters"])))
        )
