"""Quantile transformation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer

_MAX_COLUMNS = 1_000


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
        """Return the target distribution and the number of quantiles."""
        return Space(
            [
                choice("distribution", ["normal", "uniform"]),
                integer("n_quantiles", 20, 1000, 200, log=True),
            ]
        )

    def fits(self, shape: Shape) -> bool:
        """Whether there are few enough columns to sort and interpolate each."""
        return shape.n_columns <= _MAX_COLUMNS

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        return Cost(seconds=1e-3 + 3e-4 * shape.n_columns + 3e-7 * cells, bytes=16.0 * cells)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `QuantileTransformer`."""
        from sklearn.preprocessing import QuantileTransformer

        return QuantileTransformer(
            output_distribution=values["distribution"],
            # scikit-learn warns about more quantiles than rows.
            n_quantiles=min(int_value(values, "n_quantiles"), max(context.shape.n_rows // 2, 2)),
            random_state=context.seed,
        )
