"""Frequency encoding of categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice
from autoskl.tables.columns import Column, Kind


class Frequency(Component):
    """Replace each category by its relative frequency.

    References
    ----------
    F. Pargent, F. Pfisterer, J. Thomas, B. Bischl. "Regularized target encoding outperforms
    traditional methods in supervised machine learning with high cardinality features".
    Computational Statistics, 2022.
    """

    role = Role.ENCODER
    tags = Tags(missing=True, scaling=True)
    weight = 0.2

    def parameters(self, task: Task) -> Space:
        """Return whether to take logarithms of the frequencies."""
        return Space([choice("logarithm", [False, True])])

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return one number per column."""
        return tuple(
            replace(column, kind=Kind.NUMERIC, n_levels=0, has_missing=False)
            for column in context.columns
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `FrequencyEncoder`."""
        from autoskl.components.transformers.frequency_encoder import FrequencyEncoder

        arguments: dict[str, Any] = dict(values)
        return FrequencyEncoder(**arguments)
