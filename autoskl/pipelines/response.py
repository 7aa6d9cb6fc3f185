"""The scale on which the model of a pipeline is fitted to a regression target."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from autoskl.components.abstract.passthrough import Passthrough
from autoskl.components.component import Context, Role
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.core.result import FloatArray
from autoskl.pipelines.outside_pipeline import build_outside


class ResponseScale(Protocol):
    """Transforms a target to another scale and predictions back."""

    def forward(self, y: FloatArray) -> FloatArray:
        """Return targets on the scale of the model."""

    def inverse(self, z: FloatArray) -> FloatArray:
        """Return predictions of the model on the scale of the user."""

    def weights(
        self, y: FloatArray, weight: NDArray[np.float64] | None
    ) -> NDArray[np.float64] | None:
        """Return row weights for targets on the scale of the user."""


def response_scale(
    configuration: Configuration, context: Context, y: Any, weight: Any
) -> ResponseScale | None:
    """Return the response scale of a configuration, None if targets are not transformed.

    Parameters
    ----------
    configuration : Configuration
    context : Context
    y : ndarray of shape (n_rows,)
        Targets of the rows that the model is fitted on.
    weight : ndarray of shape (n_rows,) or None
    """
    scaler = build_outside(Role.RESPONSE, configuration, context)
    if scaler is None:
        return None
    scale: ResponseScale = scaler.scale(y, weight)
    return scale


def scale_key(configuration: Configuration) -> Hashable:
    """Return a key that is equal for configurations with the same response scale."""
    name = str(configuration.get(Role.RESPONSE, ""))
    if not name or isinstance(component(name), Passthrough):
        return ()
    return name, tuple(sorted(configuration.part(name).items()))
