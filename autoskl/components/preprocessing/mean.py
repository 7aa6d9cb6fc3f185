"""The mean in place of missing values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice
from autoskl.tables.columns import Column, Kind


class Mean(Component):
    """Replace missing values by the mean of the column, 0 where all are missing.

    References
    ----------
    R. J. A. Little, D. B. Rubin. "Statistical Analysis with Missing Data". Wiley, 1987.
    """

    role = Role.IMPUTER
    tags = Tags(missing=True, sparse=True)

    def parameters(self, task: Task) -> Space:
        """Return whether columns that tell what was missing are added."""
        return Space([choice("indicator", [False, True])])

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns without gaps, then those that tell what was missing."""
        gaps = [column for column in context.columns if column.has_missing and values["indicator"]]
        return (
            *(replace(column, has_missing=False) for column in context.columns),
            *(Column(f"{column.name} is missing", Kind.BOOLEAN) for column in gaps),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `SimpleImputer`."""
        from sklearn.impute import SimpleImputer

        return SimpleImputer(
            strategy="mean", add_indicator=values["indicator"], keep_empty_features=True
        )
