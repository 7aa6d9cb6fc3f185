"""Linear models by stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.affordable_size import affordable
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.fitting.cost_constants import CALIBRATED_FITS
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of, when

_MARGINS = {"hinge", "squared_hinge"}
"""Losses of classifiers without probabilities."""


class SGD(Component):
    """Linear models with a choice of losses, for tables with very many rows.

    References
    ----------
    L. Bottou. "Large-scale machine learning with stochastic gradient descent". COMPSTAT, 2010.
    T. Zhang. "Solving large scale linear prediction problems using stochastic gradient descent
    algorithms". ICML, 2004.
    """

    role = Role.MODEL
    tags = Tags(sparse=True, scaling=True)
    weight = 0.25

    def parameters(self, task: Task) -> Space:
        """Return loss, penalty and learning rate."""
        if task.is_classification:
            names = ["log_loss", "modified_huber", "hinge", "squared_hinge"]
            losses = space_of(choice("loss", names, weights=[6, 2, 2, 1]))
        else:
            narrow = ["huber", "epsilon_insensitive", "squared_epsilon_insensitive"]
            losses = space_of(
                choice("loss", ["squared_error", *narrow], weights=[2, 2, 2, 1]),
                when("loss", narrow, real("epsilon", 1e-3, 1.0, 0.1, log=True)),
            )
        power_t = 0.5 if task.is_classification else 0.25
        return space_of(
            losses,
            choice("penalty", ["l2", "elasticnet"]),
            when("penalty", "elasticnet", real("l1_ratio", 0.01, 1.0, 0.15, log=True)),
            real("alpha", 1e-7, 1e-1, 1e-4, log=True),
            choice("learning_rate", ["optimal", "adaptive", "invscaling"], weights=[2, 1, 1]),
            when(
                "learning_rate", ["adaptive", "invscaling"], real("eta0", 1e-4, 0.1, 0.01, log=True)
            ),
            when("learning_rate", "invscaling", real("power_t", 0.1, 1.0, power_t)),
            choice("average", [True, False]),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a linear model; classifiers with margins are calibrated on inner folds."""
        from sklearn.linear_model import SGDClassifier, SGDRegressor

        from autoskl.components.predictors.adapted_estimators import (
            AdaptedClassifier,
            AdaptedRegressor,
        )
        from autoskl.components.predictors.margin_calibration import CalibratedMarginClassifier

        cells = context.shape.n_rows * context.shape.n_columns
        seconds_of_epoch = 2e-8 * cells * context.shape.n_scores
        calibrated = values["loss"] in _MARGINS
        fits = CALIBRATED_FITS if calibrated else 1
        arguments: dict[str, Any] = {
            **values,
            "max_iter": affordable(context, fits * seconds_of_epoch + 1e-4, 200),
            "random_state": context.seed,
        }
        if not context.task.is_classification:
            return AdaptedRegressor(SGDRegressor(**arguments), random_state=context.seed)
        wrapper = CalibratedMarginClassifier if calibrated else AdaptedClassifier
        return wrapper(SGDClassifier(**arguments), random_state=context.seed)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        fits = CALIBRATED_FITS if values.get("loss") in _MARGINS else 1
        epochs = 30 + 2e5 / (shape.n_rows + 2000)
        each = 5e-9 * cells + 4e-8 * shape.n_rows
        return Cost(seconds=5e-3 + fits * shape.n_scores * epochs * each, bytes=16.0 * cells)
