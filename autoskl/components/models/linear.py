"""Linear models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of, when

_MAX_NEWTON_STEP = 2e7
"""Multiplications per Newton step up to which an exact solution takes a few milliseconds."""
_MAX_NEWTON_COEFFICIENTS = 200
_MAX_EXACT = 5_000
"""Columns, or rows if fewer, up to which ridge regression is solved directly."""
_MAX_TUNED = 1_000
"""Columns, or rows if fewer, up to which its penalty is selected; beyond that it is 1."""
_MAX_PRECISE = 1e8
"""Multiplications per pass over the rows up to which solvers iterate to high precision."""
_DENSITY = 0.01
"""Assumed fraction of nonzero entries in a sparse array."""
_FLOPS = 1e9
"""Multiplications per second."""


class Linear(Component):
    """Logistic or ridge regression, optionally with an elastic-net penalty.

    With ``tuned_l2``, generalised cross-validation selects the penalty of a regression within the
    fit. Small problems are solved to rounding error, so that predictions depend neither on the
    order of the rows nor on whether a weight is a number or a repeated row.

    References
    ----------
    D. R. Cox. "The regression analysis of binary sequences". Journal of the Royal Statistical
    Society B, 1958.
    A. E. Hoerl, R. W. Kennard. "Ridge regression". Technometrics, 1970.
    G. H. Golub, M. Heath, G. Wahba. "Generalized cross-validation as a method for choosing a good
    ridge parameter". Technometrics, 1979.
    H. Zou, T. Hastie. "Regularization and variable selection via the elastic net". Journal of the
    Royal Statistical Society B, 2005.
    """

    role = Role.MODEL
    tags = Tags(sparse=True, scaling=True)

    def parameters(self, task: Task) -> Space:
        """Return the penalty, its strength (``alpha``, or inverse ``C``) and its L1 ratio."""
        l1_ratio = when("penalty", "elastic_net", real("l1_ratio", 0.05, 1.0, 0.5))
        if task.is_classification:
            C = real("C", 1e-4, 1e4, 1.0, log=True)
            return space_of(C, choice("penalty", ["l2", "elastic_net"], weights=[2, 1]), l1_ratio)
        alpha = real("alpha", 1e-4, 1e4, 1.0, log=True)
        return space_of(
            choice("penalty", ["tuned_l2", "l2", "elastic_net"], weights=[2, 1, 1]),
            when("penalty", ["l2", "elastic_net"], alpha),
            l1_ratio,
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a logistic or linear regression."""
        if context.task.is_classification:
            return _classifier(values, context)
        return _regressor(values, context)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        if shape.n_classes == 1:
            work = cells * (4 + min(shape.n_columns, 1000) / 20)
            if values.get("penalty") == "tuned_l2" and _is_narrow(shape, _MAX_TUNED):
                work += cells * min(shape.n_rows, shape.n_columns) / 20
                work += 10.0 * min(shape.n_rows, shape.n_columns) ** 3
        elif values.get("penalty") != "elastic_net" and _is_exact(shape):
            work = 2.0 * shape.n_rows * _coefficients(shape) ** 2
        else:
            passes = 300 if values.get("penalty") == "elastic_net" else 150
            work = passes * cells * (shape.n_classes - 1)
        return Cost(seconds=2e-3 + work / _FLOPS, bytes=24.0 * cells)


def _classifier(values: Mapping[str, Value], context: Context) -> Any:
    pass_cost = _pass_cost(context) * max(context.shape.n_classes - 1, 1)
    iterations = _iterations(pass_cost, context)
    C: Any = values["C"]
    l1_ratio: Any = values.get("l1_ratio")
    if values["penalty"] == "elastic_net":
        from autoskl.components.predictors.sparse_logistic import SparseLogisticRegression

        return SparseLogisticRegression(
            C=C, l1_ratio=l1_ratio, max_iter=min(iterations, 500)
        ).with_context(context)
    from autoskl.components.predictors.double_precision_linear import DoubleLogisticRegression

    exact = _is_exact(context.shape)
    return DoubleLogisticRegression(
        C=C,
        solver="newton-cholesky" if exact else "lbfgs",
        tol=1e-10 if exact or pass_cost <= _MAX_PRECISE else 1e-5,
        max_iter=iterations,
    )


def _regressor(values: Mapping[str, Value], context: Context) -> Any:
    iterations = _iterations(_pass_cost(context), context)
    is_tuned = values["penalty"] == "tuned_l2"
    if is_tuned and _is_narrow(context.shape, _MAX_TUNED) and not context.is_sparse:
        from autoskl.components.predictors.ridge_gcv import RidgeGCV

        return RidgeGCV()
    alpha: Any = values.get("alpha", 1.0)
    l1_ratio: Any = values.get("l1_ratio")
    if values["penalty"] == "elastic_net":
        from autoskl.components.predictors.double_precision_linear import ScaledElasticNet

        return ScaledElasticNet(alpha=alpha, l1_ratio=l1_ratio, max_iter=iterations)
    from autoskl.components.predictors.double_precision_linear import DoubleRidge

    if _is_narrow(context.shape, _MAX_EXACT) and not context.is_sparse:
        return DoubleRidge(alpha=alpha, solver="cholesky")
    return DoubleRidge(alpha=alpha, solver="sparse_cg", tol=1e-8, max_iter=iterations)


def _is_narrow(shape: Shape, max_width: int) -> bool:
    return min(shape.n_rows, shape.n_columns) <= max_width


def _is_exact(shape: Shape) -> bool:
    """Whether Newton's method solves logistic regression in milliseconds."""
    coefficients = _coefficients(shape)
    step = shape.n_rows * coefficients**2
    return coefficients <= _MAX_NEWTON_COEFFICIENTS and step <= _MAX_NEWTON_STEP


def _coefficients(shape: Shape) -> int:
    return (shape.n_columns + 1) * shape.n_scores


def _pass_cost(context: Context) -> float:
    """Return the multiplications of one pass over the rows, for one output."""
    cells = context.shape.n_rows * context.shape.n_columns
    return cells * _DENSITY if context.is_sparse else float(cells)


def _iterations(pass_cost: float, context: Context) -> int:
    """Return the iterations that fit into the time left; each takes about two passes."""
    seconds = 4 * pass_cost / _FLOPS + 1e-4
    return int(min(max(context.seconds_left() / seconds, 5), 1000))
