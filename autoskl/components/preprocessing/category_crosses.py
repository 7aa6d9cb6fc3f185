"""Pairs of categories as categories."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer, space_of
from autoskl.tables.columns import Column, Kind

_MOST_LEVELS = 200


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
            classification=context.task.is_classification,
        )
