"""Kernel ridge regression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autoskl.components.building.affordable_size import affordable_rows
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, real, space_of, when

_MAX_ROWS = 5_000


class KernelRidge(Component):
    """Ridge regression in the feature space of a kernel.

    References
    ----------
    C. Saunders, A. Gammerman, V. Vovk. "Ridge regression learning algorithm in dual variables".
    ICML, 1998.
    """

    role = Role.MODEL
    tags = Tags(tasks=frozenset({Task.REGRESSION}), sparse=True, scaling=True)
    weight = 0.15

    def parameters(self, task: Task) -> Space:
        """Return penalty and kernel; ``gamma`` is relative to 1 / n_columns."""
        return space_of(
            real("alpha", 1e-3, 100.0, 0.3, log=True),
            choice("kernel", ["rbf", "laplacian", "poly"], weights=[2, 1, 1]),
            real("gamma", 1e-3, 10.0, 0.3, log=True),
            when("kernel", "poly", integer("degree", 2, 4, 2), real("coef0", 0.0, 2.0, 1.0)),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a regression on at most 5,000 rows."""
        from sklearn.kernel_ridge import KernelRidge as Regression

        from autoskl.components.predictors.adapted_estimators import AdaptedRegressor

        arguments: dict[str, Any] = dict(values)
        arguments["gamma"] = arguments["gamma"] / max(context.shape.n_columns, 1)
        rows = affordable_rows(
            context, lambda rows: self._seconds(values, rows, context), _MAX_ROWS
        )
        return AdaptedRegressor(Regression(**arguments), max_rows=rows, random_state=context.seed)

    def _seconds(self, values: Mapping[str, Value], rows: int, context: Context) -> float:
        return self.cost(values, replace(context.shape, n_rows=rows)).seconds

    def fits(self, shape: Shape) -> bool:
        """Whether all rows can be used."""
        return shape.n_rows <= _MAX_ROWS

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        rows = min(shape.n_rows, _MAX_ROWS)
        per_cell = 1e-9 if values.get("kernel") == "laplacian" else 3e-11
        seconds = 5e-3 + rows**2 * (8e-9 + per_cell * shape.n_columns) + 2.3e-11 * rows**3
        seconds += 1e-8 * shape.n_rows * shape.n_columns
        return Cost(seconds=seconds, bytes=24.0 * rows**2 + 16.0 * rows * shape.n_columns)
