"""The scale of the values to which the model of a pipeline is fitted."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Context, Role
from autoskl.components.registry import component
from autoskl.components.untouched import Untouched
from autoskl.core.configuration import Configuration
from autoskl.core.result import FloatArray
from autoskl.pipelines.outside_pipeline import build_outside


class ResponseScale(Protocol):
    """Values on another scale, and back."""

    def forward(self, y: FloatArray) -> FloatArray:
        """Return values as the model is fitted to them."""

    def inverse(self, z: FloatArray) -> FloatArray:
        """Return what the model predicts as values of the user's scale."""

    def weights(
        self, y: FloatArray, weight: NDArray[np.float64] | None
    ) -> NDArray[np.float64] | None:
        """Return the weights of rows with these values of the user's scale."""


def response_scale(
    configuration: Configuration, context: Context, y: Any, weight: Any
) -> ResponseScale | None:
    """Return the scale that a configuration asks for, None where values stay as they are.

    Parameters
    ----------
    configuration : Configuration
    context : Context
    y : ndarray of shape (n_rows,)
        Of the rows that are fitted.
    weight : ndarray of shape (n_rows,) or None
    """
    scaler = build_outside(Role.RESPONSE, configuration, context)
    if scaler is None:
        return None
    scale: ResponseScale = scaler.scale(y, weight)
    return scale


def scale_key(configuration: Configuration) -> Hashable:
    """Return what is equal for configurations that are fitted to values of the same scale."""
    name = str(configuration.get(Role.RESPONSE, ""))
    if not name or isinstance(component(name), Untouched):
        return ()
    return name, tuple(sorted(configuration.part(name).items()))
