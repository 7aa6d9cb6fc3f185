"""Quantile regression at the median."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.affordable_size import affordable_rows
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real, space_of

_MAX_CELLS = 300_000
_MAX_ROWS = 5_000
_MIN_ROWS = 50


class QuantileRegression(Component):
    """Linear regression that minimises the absolute error, with an L1 penalty.

    References
    ----------
    R. Koenker, G. Bassett. "Regression quantiles". Econometrica, 1978.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.REGRESSION}), scaling=True)
    weight = 0.1

    def parameters(self, task: Task) -> Space:
        """Return the strength of the L1 penalty."""
        return space_of(real("alpha", 1e-5, 1.0, 1e-3, log=True))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a median regression, fitted on a random sample if there are many rows."""
        from sklearn.linear_model import QuantileRegressor

        from autoskl.components.predictors.adapted_estimators import AdaptedRegressor

        model = QuantileRegressor(**values, solver="highs")
        columns = max(context.shape.n_columns, 1)
        max_rows = affordable_rows(
            context,
            lambda rows: _seconds(rows, columns),
            min(_MAX_ROWS, max(_MAX_CELLS // columns, _MIN_ROWS)),
            _MIN_ROWS,
        )
        return AdaptedRegressor(model, max_rows=max_rows, random_state=context.seed)

    def fits(self, shape: Shape) -> bool:
        """Whether the linear program is small."""
        return shape.n_rows <= _MAX_ROWS and shape.n_rows * shape.n_columns <= _MAX_CELLS

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        rows = min(shape.n_rows, _MAX_ROWS)
        columns = min(shape.n_columns, _MAX_CELLS / rows)
        seconds = 0.01 + _seconds(rows, columns) + 1e-8 * shape.n_rows * shape.n_columns
        return Cost(seconds=seconds, bytes=200.0 * rows * columns + 16.0 * shape.n_rows)


def _seconds(rows: int, columns: float) -> float:
    """Return the seconds of the linear program."""
    seconds: float = 2.2e-7 * rows**1.7 * columns**0.7
    return seconds
