"""Crosses of two categorical columns as new categories."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import Any

from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer, space_of
from autoskl.tables.columns import Column, Kind

_MAX_LEVELS = 200
_MAX_BASE = 16
"""Maximum number of columns whose pairs are compared."""


class CategoryCrosses(Component):
    """Add pairs of categories that say more about the target than either column.

    References
    ----------
    H.-T. Cheng et al. "Wide & deep learning for recommender systems". DLRS, 2016.
    Y. Luo et al. "AutoCross: Automatic feature crossing for tabular data in real-world
    applications". KDD, 2019.
    """

    role = Role.COMBINER
    tags = Tags(missing=True, categorical=True, uses_target=True, weights=False)
    weight = 0.5

    def parameters(self, task: Task) -> Space:
        """Return the number of pairs, and the minimum number of rows of a combination."""
        return space_of(
            integer("n_crosses", 1, 16, 4, log=True), integer("min_count", 2, 50, 5, log=True)
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return only the new columns; the pipeline keeps the others after them."""
        n_crosses = min(int_value(values, "n_crosses"), comb(len(context.categorical), 2))
        return tuple(
            Column(f"cross {i}", Kind.CATEGORICAL, n_levels=_MAX_LEVELS, has_missing=True)
            for i in range(n_crosses)
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated cost of one fit, assuming that half the columns are categorical."""
        categorical = max(shape.n_columns // 2, 2)
        compared = categorical + comb(min(categorical, _MAX_BASE), 2)
        n_crosses = int_value(values, "n_crosses")
        seconds = 1e-3 + 7e-8 * shape.n_rows * (compared + n_crosses)
        return Cost(seconds=seconds, bytes=16.0 * shape.n_rows * (shape.n_columns + n_crosses))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a transformer that makes the new columns; none with fewer than two categories."""
        from autoskl.components.transformers.category_crosses import CategoryCrossesTransformer

        categorical = context.categorical
        if len(categorical) < 2:
            return "passthrough"
        arguments: dict[str, Any] = dict(values)
        return CategoryCrossesTransformer(
            **arguments,
            categorical=categorical,
            max_levels=_MAX_LEVELS,
            max_base=_MAX_BASE,
            classification=context.task.is_classification,
        )
