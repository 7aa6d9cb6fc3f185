"""Statistics of numeric columns within categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, real, space_of
from autoskl.tables.columns import Column, Kind


class GroupAggregates(Component):
    """Add the mean and standard deviation of numbers within a category, and their rank there.

    References
    ----------
    J. M. Kanter, K. Veeramachaneni. "Deep feature synthesis: Towards automating data science
    endeavors". DSAA, 2015.
    """

    role = Role.COMBINER
    tags = Tags(missing=True, categorical=True, weights=False)
    weight = 0.5

    def parameters(self, task: Task) -> Space:
        """Return the number of pairs, the statistics and the shrinkage of small categories."""
        return space_of(
            integer("n_pairs", 1, 16, 4, log=True),
            choice("statistic", ["all", "mean", "deviation", "rank"], weights=[2, 1, 1, 1]),
            real("strength", 0.1, 100.0, 10.0, log=True),
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return only the new columns; the pipeline keeps the others after them."""
        statistics = _statistics(values)
        categorical, numeric = context.categorical, _numeric(context)
        n_pairs = min(int_value(values, "n_pairs"), len(categorical) * len(numeric))
        has_missing = any(context.columns[i].has_missing for i in numeric)
        return tuple(
            Column(f"{name} in group {i}", Kind.NUMERIC, has_missing=has_missing and name == "rank")
            for i in range(n_pairs)
            for name in statistics
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated cost of one fit, assuming that half the columns are categorical."""
        statistics, n_pairs = _statistics(values), int_value(values, "n_pairs")
        compared = 3e-8 * (shape.n_columns / 2) ** 2
        made = n_pairs * (5e-7 if "rank" in statistics else 1e-7)
        cells = shape.n_rows * (shape.n_columns + n_pairs * len(statistics))
        return Cost(seconds=1e-3 + shape.n_rows * (compared + made), bytes=16.0 * cells)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a transformer that makes the new columns; none without both kinds of column."""
        from autoskl.components.transformers.group_aggregates import GroupAggregatesTransformer

        categorical, numeric = context.categorical, _numeric(context)
        if not categorical or not numeric:
            return "passthrough"
        arguments: dict[str, Any] = dict(values)
        return GroupAggregatesTransformer(**arguments, categorical=categorical, numeric=numeric)


def _statistics(values: Mapping[str, Value]) -> tuple[str, ...]:
    names = ("mean", "deviation", "rank")
    return names if values["statistic"] == "all" else (str(values["statistic"]),)


def _numeric(context: Context) -> tuple[int, ...]:
    """Return the positions of numeric columns with more than two values."""
    kinds = [column.kind for column in context.columns]
    numeric_kinds = (Kind.NUMERIC, Kind.ORDINAL, Kind.DATETIME)
    return tuple(i for i, kind in enumerate(kinds) if kind in numeric_kinds)
