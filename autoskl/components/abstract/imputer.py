"""Base class of imputers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space.parameters import choice
from autoskl.space.space import Space
from autoskl.tables.columns import Column, Kind


class Imputer(Component):
    """Replace missing values by one value per column.

    Columns without any value become 0.
    """

    role = Role.IMPUTER
    tags = Tags(missing=True, sparse=True)
    strategy: ClassVar[str]
    """``strategy`` of `sklearn.impute.SimpleImputer`."""

    def parameters(self, task: Task) -> Space:
        """Return whether missing-value indicator columns are added."""
        return Space([choice("indicator", [False, True], weights=[2, 1])])

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns without missing values, then the indicator columns."""
        marked = [
            column for column in context.columns if column.has_missing and values["indicator"]
        ]
        return (
            *(replace(column, has_missing=False) for column in context.columns),
            *(Column(f"{column.name} is missing", Kind.BOOLEAN) for column in marked),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `SimpleImputer` that respects sample weights."""
        from autoskl.components.transformers.weighted_imputer import WeightedImputer

        return WeightedImputer(
            strategy=self.strategy,
            fill_value=values.get("fill_value"),
            add_indicator=values["indicator"],
            keep_empty_features=True,
        )
