"""Support vector machines with kernels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.affordable_size import affordable, affordable_rows
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, real, space_of, when

_MAX_ROWS = 10_000
_FITS = 2.5
"""Cost of a calibrated fit, on all rows and three times on two thirds, in fits on all rows."""
_CACHED_PAIRS = 5e7
"""Pairs of rows whose kernel values libsvm caches: 200 MB."""


class KernelSVM(Component):
    """Support vector machine with a kernel; margins are calibrated on inner folds.

    References
    ----------
    C. Cortes, V. Vapnik. "Support-vector networks". Machine Learning, 1995.
    C.-C. Chang, C.-J. Lin. "LIBSVM: A library for support vector machines". ACM Transactions on
    Intelligent Systems and Technology, 2011.
    """

    role = Role.MODEL
    tags = Tags(sparse=True, scaling=True)
    weight = 0.3

    def parameters(self, task: Task) -> Space:
        """Return kernel and penalty; ``gamma`` is relative to 1 / n_columns."""
        always = (
            real("C", 0.03, 1e3, 1.0, log=True),
            choice("kernel", ["rbf", "poly", "sigmoid"], weights=[9, 3, 1]),
            real("gamma", 1e-3, 10.0, 1.0, log=True),
            when("kernel", "poly", integer("degree", 2, 4, 3)),
            when("kernel", ["poly", "sigmoid"], real("coef0", 0.0, 1.0, 0.5)),
        )
        if task.is_classification:
            return space_of(*always)
        return space_of(*always, real("epsilon", 0.001, 0.5, 0.1, log=True))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a support vector machine on at most 10,000 rows."""
        from sklearn.svm import SVC, SVR

        from autoskl.components.predictors.adapted_estimators import AdaptedRegressor
        from autoskl.components.predictors.margin_calibration import CalibratedMarginClassifier

        arguments: dict[str, Any] = dict(values)
        arguments["gamma"] = arguments["gamma"] / max(context.shape.n_columns, 1)
        classification = context.task.is_classification
        seconds_of_pair = 2 * _FITS * _seconds_of_pair(context.shape)
        rows = affordable_rows(context, lambda rows: seconds_of_pair * rows**2, _MAX_ROWS)
        arguments["max_iter"] = affordable(
            context, 2 * _FITS * _seconds_of_step(context.shape, rows), 50 * rows + 10_000, 100
        )
        shared: dict[str, Any] = {"max_rows": rows, "random_state": context.seed}
        if classification:
            return CalibratedMarginClassifier(SVC(**arguments), **shared)
        return AdaptedRegressor(SVR(**arguments), **shared)

    def fits(self, shape: Shape) -> bool:
        """Whether all rows can be used and there are not too many pairs of classes."""
        return shape.n_rows <= _MAX_ROWS and shape.n_classes <= 20

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        rows = min(shape.n_rows, _MAX_ROWS)
        slowdown = 1 + 0.3 * float(values.get("C") or 1.0) ** 0.5
        fits = _FITS if shape.n_classes > 1 else 1
        seconds = 8e-3 + fits * slowdown * 2.3e-9 * rows**2 * (shape.n_columns + 20) ** 0.7
        # Beyond that limit, only the cost of copying rows grows.
        seconds += 1e-8 * shape.n_rows * shape.n_columns
        return Cost(seconds=seconds, bytes=2e8 + 16.0 * shape.n_rows * shape.n_columns)


def _seconds_of_pair(shape: Shape) -> float:
    """Return the seconds of comparing two rows."""
    return 2e-9 * (shape.n_columns + 5)


def _seconds_of_step(shape: Shape, rows: int) -> float:
    """Return the seconds of one step for all pairs of classes, each on its share of the rows."""
    rows = min(rows, shape.n_rows)
    scanned = 2.0 * rows * max(shape.n_classes - 1, 1)
    missed = max(0.0, 1.0 - _CACHED_PAIRS / rows**2)
    return scanned * (2e-9 + missed * _seconds_of_pair(shape))
