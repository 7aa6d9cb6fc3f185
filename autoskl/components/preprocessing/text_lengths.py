"""Statistics of texts without their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape
from autoskl.components.transformers.text_statistics import STATISTICS, TextStatistics
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space
from autoskl.tables.columns import Column, Kind

_SECONDS_OF_TEXT = 5e-5
_BYTES_OF_TEXT = 400.0
"""Cost per text of typical length; statistics are Python numbers first."""


class TextLengths(Component):
    """Lengths and fractions of digits, capitals and punctuation; no words.

    References
    ----------
    R. Flesch. "A new readability yardstick". Journal of Applied Psychology, 1948.
    """

    role = Role.TEXT
    weight = 0.5

    def parameters(self, task: Task) -> Space:
        """Return no hyperparameters."""
        return Space(())

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the statistics of each column."""
        return tuple(
            Column(f"{column.name} {name}", Kind.NUMERIC)
            for column in context.columns
            for name in STATISTICS
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated cost for texts of typical length."""
        texts = shape.n_rows * shape.n_columns
        return Cost(seconds=1e-3 + _SECONDS_OF_TEXT * texts, bytes=_BYTES_OF_TEXT * texts)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `TextStatistics`."""
        return TextStatistics()
