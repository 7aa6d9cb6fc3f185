"""Pairs of categories as categories."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer, space_of
from autoskl.tables.columns import Column, Kind

_MOST_LEVELS = 200
_MOST_BASE = 16
"""Columns of which pairs are compared."""


class CategoryCrosses(Component):
    """Add pairs of categories that tell more about the target than both of them.

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
        """Return how many pairs are added, and in how many rows a combination must occur."""
        return space_of(
            integer("n_crosses", 1, 16, 4, log=True), integer("min_count", 2, 50, 5, log=True)
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the new columns only; the others stay behind them."""
        n_crosses = min(int(values["n_crosses"] or 0), comb(len(context.categorical), 2))
        return tuple(
            Column(f"cross {i}", Kind.CATEGORICAL, n_levels=_MOST_LEVELS, has_missing=True)
            for i in range(n_crosses)
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit, as if half of the columns held categories."""
        categorical = max(shape.n_columns // 2, 2)
        compared = categorical + comb(min(categorical, _MOST_BASE), 2)
        n_crosses = int(values["n_crosses"] or 0)
        seconds = 1e-3 + 7e-8 * shape.n_rows * (compared + n_crosses)
        return Cost(seconds=seconds, bytes=16.0 * shape.n_rows * (shape.n_columns + n_crosses))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a transformer that makes the new columns, nothing with fewer than two."""
        from autoskl.components.learners.category_crosses import CategoryCrosses as Crosses

        categorical = context.categorical
        if len(categorical) < 2:
            return "passthrough"
        arguments: dict[str, Any] = dict(values)
        return Crosses(
            **arguments,
            categorical=categorical,
            most_levels=_MOST_LEVELS,
            most_base=_MOST_BASE,
            classification=context.task.is_classification,
        )
