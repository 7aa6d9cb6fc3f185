"""Row weights for fitting the model of a pipeline."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Context, Role
from autoskl.core.configuration import Configuration
from autoskl.pipelines.outside_pipeline import build_outside

Weight = NDArray[np.float64] | None


def model_weights(
    configuration: Configuration, context: Context, y: NDArray[Any], weight: Weight
) -> Weight:
    """Return the row weights, multiplied by weights that balance the classes.

    Parameters
    ----------
    configuration : Configuration
    context : Context
    y : ndarray of shape (n_rows,)
    weight : ndarray of shape (n_rows,) or None
        The user's weights.
    """
    balance = build_outside(Role.BALANCING, configuration, context)
    if balance is None:
        return weight
    balanced: Weight = balance.weights(y, weight)
    return balanced
