"""Columns by their ranks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer

_MOST_COLUMNS = 1_000


class Quantile(Component):
    """Map the values of each column to the quantiles of a normal or uniform distribution.

    References
    ----------
    T. M. Beasley, S. Erickson, D. B. Allison. "Rank-based inverse normal transformations are
    increasingly used, but are they merited?". Behavior Genetics, 2009.
    """

    role = Role.SCALER
    tags = Tags(missing=True, weights=False)

    def parameters(self, task: Task) -> Space:
        """Return the distribution and how finely it is known."""
        return Space(
            [
                choice("distribution", ["normal", "uniform"]),
                integer("n_quantiles", 20, 1000, 200, log=True),
            ]
        )

    def fits(self, shape: Shape) -> bool:
        """Whether there are so few columns that each can be sorted and interpolated."""
        return shape.n_columns <= _MOST_COLUMNS

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        cells = shape.n_rows * shape.n_columns
        return Cost(seconds=1e-3 + 3e-4 * shape.n_columns + 3e-7 * cells, bytes=16.0 * cells)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `QuantileTransformer`."""
        from sklearn.preprocessing import QuantileTransformer

        return QuantileTransformer(
            output_distribution=values["distribution"],
            # More quantiles than rows would be a warning.
            n_quantiles=min(int(values["n_quantiles"] or 0), max(context.shape.n_rows // 2, 2)),
            random_state=context.seed,
        )
