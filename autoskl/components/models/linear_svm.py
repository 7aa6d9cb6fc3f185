"""Linear support vector machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.affordable_size import affordable
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.fitting.cost_constants import CALIBRATED_FITS
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, ordinal, real, space_of, when


class LinearSVM(Component):
    """Linear support vector machine; margins are calibrated on inner folds.

    References
    ----------
    R.-E. Fan et al. "LIBLINEAR: A library for large linear classification". Journal of Machine
    Learning Research, 2008.
    """

    role = Role.MODEL
    tags = Tags(sparse=True, scaling=True)
    weight = 0.2

    def parameters(self, task: Task) -> Space:
        """Return the penalty, its inverse strength ``C`` and the loss."""
        strength = real("C", 1e-4, 1e3, 0.1, log=True)
        if task.is_classification:
            # The L1 penalty is available only with the squared loss.
            return space_of(
                strength,
                choice("penalty", ["l2", "l1"], weights=[3, 1]),
                when("penalty", "l2", choice("loss", ["squared_hinge", "hinge"], weights=[2, 1])),
            )
        return space_of(
            strength,
            choice("loss", ["squared_epsilon_insensitive", "epsilon_insensitive"]),
            ordinal("epsilon", [0.0, 0.01, 0.1, 0.5], 0.01),
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a linear SVM; classifiers are calibrated on inner folds."""
        from sklearn.svm import LinearSVC, LinearSVR

        from autoskl.components.predictors.adapted_estimators import AdaptedRegressor
        from autoskl.components.predictors.margin_calibration import CalibratedMarginClassifier

        cells = context.shape.n_rows * context.shape.n_columns
        fits = CALIBRATED_FITS if context.task.is_classification else 1
        seconds_of_iteration = 4e-8 * cells * context.shape.n_scores * fits + 1e-5
        arguments: dict[str, Any] = {
            **values,
            "max_iter": affordable(
                context, seconds_of_iteration, _max_iterations(values, context.shape)
            ),
            "random_state": context.seed,
        }
        if not context.task.is_classification:
            arguments["dual"] = "auto"
            return AdaptedRegressor(LinearSVR(**arguments), random_state=context.seed)
        hinge = arguments.setdefault("loss", "squared_hinge") == "hinge"
        arguments["dual"] = True if hinge else "auto"
        return CalibratedMarginClassifier(LinearSVC(**arguments), random_state=context.seed)

    def fits(self, shape: Shape) -> bool:
        """Whether a fit takes a minute at most."""
        return shape.n_rows * shape.n_columns * shape.n_classes <= 2e7

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        each = 1e-7 * (1 + shape.n_columns / 200)
        if values.get("loss") in ("hinge", "epsilon_insensitive"):
            # Solved by coordinate descent.
            each = 8e-7
        fits = CALIBRATED_FITS if shape.n_classes > 1 else 1
        calibration = 6e-3 + 1.5e-3 * shape.n_classes if shape.n_classes > 1 else 0.0
        seconds = 2e-3 + calibration + fits * shape.n_scores * each * cells
        return Cost(seconds=seconds, bytes=16.0 * cells)


def _max_iterations(values: Mapping[str, Value], shape: Shape) -> int:
    """Return the maximum number of Newton steps or passes of coordinate descent."""
    newton = values.get("penalty") != "l1" and str(values.get("loss", "squared")).startswith(
        "squared"
    )
    # Unless there are more columns than rows, later Newton steps do not change predictions.
    return 60 if newton and shape.n_rows >= shape.n_columns else 500
