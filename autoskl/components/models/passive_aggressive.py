"""Passive-aggressive linear models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.affordable_size import affordable
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.fitting.cost_constants import CALIBRATED_FITS
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of


class PassiveAggressive(Component):
    """Linear models that correct each error immediately by the smallest sufficient step.

    References
    ----------
    K. Crammer et al. "Online passive-aggressive algorithms". Journal of Machine Learning Research,
    2006.
    """

    role = Role.MODEL
    tags = Tags(sparse=True, scaling=True)
    weight = 0.1

    def parameters(self, task: Task) -> Space:
        """Return the maximum step, its growth with the loss, and whether weights are averaged."""
        return space_of(
            real("C", 1e-5, 10.0, 0.01, log=True),
            choice("variant", ["pa1", "pa2"]),
            choice("average", [True, False]),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a linear model; classifiers are calibrated on inner folds."""
        from autoskl.components.predictors.adapted_estimators import AdaptedRegressor
        from autoskl.components.predictors.margin_calibration import CalibratedMarginClassifier
        from autoskl.components.predictors.passive_aggressive import linear_model

        arguments: dict[str, Any] = dict(values)
        cells = context.shape.n_rows * context.shape.n_columns
        seconds_of_epoch = 8e-8 * cells * context.shape.n_scores
        model = linear_model(
            **arguments,
            max_iter=affordable(context, seconds_of_epoch + 1e-4, 100),
            random_state=context.seed,
            classification=context.task.is_classification,
        )
        if context.task.is_classification:
            return CalibratedMarginClassifier(model, random_state=context.seed)
        return AdaptedRegressor(model, random_state=context.seed)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        fits = CALIBRATED_FITS if shape.n_classes > 1 else 1
        each = 5e-9 * cells + 4e-8 * shape.n_rows
        epochs, overhead = (12, 8e-3) if shape.n_classes > 1 else (8, 2e-3)
        return Cost(seconds=overhead + epochs * fits * shape.n_scores * each, bytes=16.0 * cells)
