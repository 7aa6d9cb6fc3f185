"""Numbers against the rows of the same category."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, real, space_of
from autoskl.tables.columns import Column, Kind


class GroupAggregates(Component):
    """Add mean and deviation of numbers in their category, and their rank in it.

    References
    ----------
    J. M. Kanter, K. Veeramachaneni. "Deep feature synthesis: Towards automating data science
    endeavors". DSAA, 2015.
    """

    role = Role.COMBINER
    tags = Tags(missing=True, categorical=True, weights=False)
    weight = 0.5

    def parameters(self, task: Task) -> Space:
        """Return number of pairs, what is told and how small categories are drawn to all rows."""
        return space_of(
            integer("n_pairs", 1, 16, 4, log=True),
            choice("statistic", ["all", "mean", "deviation", "rank"], weights=[2, 1, 1, 1]),
            real("strength", 0.1, 100.0, 10.0, log=True),
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the new columns only; the others stay behind them."""
        told = _told(values)
        categorical, numeric = context.categorical, _numeric(context)
        n_pairs = min(int(values["n_pairs"] or 0), len(categorical) * len(numeric))
        gaps = any(context.columns[i].has_missing for i in numeric)
        return tuple(
            Column(f"{name} in group {i}", Kind.NUMERIC, has_missing=gaps and name == "rank")
            for i in range(n_pairs)
            for name in told
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit, as if half of the columns held categories."""
        told, n_pairs = _told(values), int(values["n_pairs"] or 0)
        compared = 3e-8 * (shape.n_columns / 2) ** 2
        made = n_pairs * (5e-7 if "rank" in told else 1e-7)
        cells = shape.n_rows * (shape.n_columns + n_pairs * len(told))
        return Cost(seconds=1e-3 + shape.n_rows * (compared + made), bytes=16.0 * cells)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a transformer that makes the new columns, nothing without both kinds."""
        from autoskl.components.learners.group_aggregates import GroupAggregates as Aggregates

        categorical, numeric = context.categorical, _numeric(context)
        if not categorical or not numeric:
            return "passthrough"
        arguments: dict[str, Any] = dict(values)
        return Aggregates(**arguments, categorical=categorical, numeric=numeric)


def _told(values: Mapping[str, Value]) -> tuple[str, ...]:
    names = ("mean", "deviation", "rank")
    return names if values["statistic"] == "all" else (str(values["statistic"]),)


def _numeric(context: Context) -> tuple[int, ...]:
    """Return the positions of numbers that have more than two values."""
    kinds = [column.kind for column in context.columns]
    counted = (Kind.NUMERIC, Kind.ORDINAL, Kind.DATETIME)
    return tuple(i for i, kind in enumerate(kinds) if kind in counted)
