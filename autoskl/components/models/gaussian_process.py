"""Gaussian processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.affordable_size import affordable, affordable_rows
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of, when

_MAX_ROWS = 2_000
_FITTED_ROWS = {True: 700, False: 1_500}
"""Maximum rows that are fitted, by whether the task is classification, which is slower."""


class GaussianProcess(Component):
    """Gaussian process whose kernel parameters maximise the marginal likelihood.

    References
    ----------
    C. E. Rasmussen, C. K. I. Williams. "Gaussian processes for machine learning". MIT Press, 2006.
    """

    role = Role.MODEL
    tags = Tags(scaling=True)
    weight = 0.15

    def parameters(self, task: Task) -> Space:
        """Return the kernel and the initial values of its parameters."""
        kernels = ["rbf", "matern_1_2", "matern_3_2", "matern_5_2", "rational_quadratic"]
        start = real("length_scale", 0.1, 10.0, 1.0, log=True)
        kernel = space_of(
            choice("kernel", kernels, "matern_5_2"),
            when("kernel", "rational_quadratic", real("mixture", 0.1, 10.0, 1.0, log=True)),
            choice("trend", ["constant", "linear"], weights=[4, 1]),
        )
        if task.is_classification:
            return space_of(kernel, start)
        return space_of(kernel, start, real("noise", 1e-4, 1.0, 0.05, log=True))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a Gaussian process, fitted on a random sample if there are many rows."""
        from autoskl.components.predictors.adapted_estimators import (
            AdaptedClassifier,
            AdaptedRegressor,
        )
        from autoskl.components.predictors.gaussian_process import gaussian_process

        classification = context.task.is_classification
        arguments: dict[str, Any] = dict(values)
        max_rows = affordable_rows(
            context,
            lambda rows: _seconds_of_evaluation(rows, context.shape),
            _FITTED_ROWS[classification],
        )
        rows = min(context.shape.n_rows, max_rows)
        seconds_each = _seconds_of_evaluation(rows, context.shape)
        model = gaussian_process(
            **arguments,
            n_columns=context.shape.n_columns,
            classification=classification,
            evaluations=affordable(context, 2 * seconds_each, 15, 0),
            random_state=context.seed,
        )
        adapted = AdaptedClassifier if classification else AdaptedRegressor
        return adapted(model, max_rows=max_rows, random_state=context.seed)

    def fits(self, shape: Shape) -> bool:
        """Whether there are few rows and classes."""
        return shape.n_rows <= _MAX_ROWS and shape.n_classes <= 10

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        rows = min(shape.n_rows, _FITTED_ROWS[shape.n_classes > 1])
        evaluations = 2 if shape.n_classes > 1 else 6
        seconds = 0.02 + evaluations * _seconds_of_evaluation(rows, shape)
        seconds += 1e-8 * shape.n_rows * shape.n_columns
        return Cost(seconds=seconds, bytes=_bytes(rows, shape, values))


def _bytes(rows: int, shape: Shape, values: Mapping[str, Value]) -> float:
    """Return the bytes of a fit, or of predicting a quarter as many rows if that needs more.

    An evaluation of the likelihood holds nine matrices of all pairs of rows, and three more per
    optional kernel parameter; a prediction holds six of pairs of training and new rows. Each class
    keeps one matrix.
    """
    pairs = 8.0 * rows**2
    kept = pairs * shape.n_scores
    n_optional = (values.get("kernel") == "rational_quadratic") + (values.get("trend") == "linear")
    fit = (9.0 + 3.0 * n_optional) * pairs
    predict = 6.0 * 8.0 * rows * shape.n_rows / 4
    return kept + max(fit, predict)


def _seconds_of_evaluation(rows: int, shape: Shape) -> float:
    """Return the seconds of one evaluation of the likelihood."""
    slowdown = 3.0 if shape.n_classes > 1 else 1.0
    pair = 8e-10 * rows + 1e-7 + 3e-10 * shape.n_columns
    return shape.n_scores * slowdown * rows**2 * pair + 2e-3
