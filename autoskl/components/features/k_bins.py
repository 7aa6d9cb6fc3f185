"""Columns cut into bins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.components.room import room
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, space_of
from autoskl.tables.columns import Column, Kind


class KBins(Component):
    """Replace columns with many values by the bins into which their values fall.

    References
    ----------
    J. Dougherty, R. Kohavi, M. Sahami. "Supervised and unsupervised discretization of continuous
    features". ICML, 1995.
    """

    role = Role.FEATURES
    tags = Tags()
    weight = 0.2

    def parameters(self, task: Task) -> Space:
        """Return the number of bins, how they are cut and whether each gets a column."""
        return space_of(
            integer("n_bins", 3, 32, 8, log=True),
            choice("strategy", ["quantile", "uniform", "kmeans"], weights=[3, 1, 1]),
            choice("encode", ["onehot-dense", "ordinal"]),
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns of the bins, as if all had many values."""
        n_used = min(_most_columns(values, context), len(context.columns))
        n_made = n_used * _n_columns(values) + len(context.columns) - n_used
        return tuple(Column(f"bin {i}", Kind.NUMERIC) for i in range(n_made))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `KBinsDiscretizer` of the columns with many values."""
        from autoskl.components.learners.continuous_part import ContinuousPart
        from autoskl.components.learners.quiet_bins import QuietBins

        arguments: dict[str, Any] = dict(values)
        return ContinuousPart(
            QuietBins(**arguments, random_state=context.seed, subsample=None),
            least_distinct=int(arguments["n_bins"]) + 1,
            most_columns=_most_columns(values, context),
        )


def _n_columns(values: Mapping[str, Value]) -> int:
    return int(values["n_bins"] or 0) if values["encode"] == "onehot-dense" else 1


def _most_columns(values: Mapping[str, Value], context: Context) -> int:
    return max(room(context.shape) // _n_columns(values), 1)
