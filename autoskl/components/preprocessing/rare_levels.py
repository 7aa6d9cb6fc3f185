"""Grouping of rare categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer, space_of
from autoskl.tables.columns import Column


class RareLevels(Component):
    """Merge all categories with few rows, or not among the most frequent ones, into one.

    References
    ----------
    D. Micci-Barreca. "A preprocessing scheme for high-cardinality categorical attributes in
    classification and prediction problems". SIGKDD Explorations, 2001.
    """

    role = Role.LEVELS
    tags = Tags(missing=True, categorical=True, weights=False)

    def parameters(self, task: Task) -> Space:
        """Return the minimum rows and the maximum number of categories with their own code."""
        return space_of(
            integer("min_frequency", 2, 100, 10, log=True),
            integer("max_categories", 4, 1000, 100, log=True),
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns with their maximum number of codes."""
        max_levels = int_value(values, "max_categories")
        return tuple(
            replace(column, n_levels=min(column.n_levels, max_levels)) for column in context.columns
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an `OrdinalEncoder` that leaves missing and unseen categories missing."""
        import numpy as np
        from sklearn.preprocessing import OrdinalEncoder

        return OrdinalEncoder(
            **values,
            handle_unknown="use_encoded_value",
            unknown_value=np.nan,
            encoded_missing_value=np.nan,
            dtype=np.float32,
        )
