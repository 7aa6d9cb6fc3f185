"""Seconds of a fit, predicted from what fits of the family took on other data sets."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Shape
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration, Value

N_FEATURES = 9


def cost_features(values: Mapping[str, Value], shape: Shape) -> NDArray[np.float64]:
    """Return terms whose sum, with coefficients not below 0, is the seconds of a fit.

    The component's own prior is one of them; the others are overheads by rows, columns, cells and
    classes, on one scale of about a hundredth of a second.

    Parameters
    ----------
    values : mapping
        Of the whole configuration.
    shape : Shape
        Of what is fitted.

    Returns
    -------
    ndarray of shape (N_FEATURES,)
    """
    family = str(values["model"])
    prior = component(family).cost(Configuration(values).part(family), shape).seconds
    n, d, k = shape.n_rows, shape.n_columns, shape.n_classes
    terms = (
        0.01,
        prior,
        0.1 * prior**0.5,
        1e-6 * n * d,
        1e-6 * n * d * k,
        1e-5 * n,
        1e-3 * d,
        1e-3 * d * k,
        1e-2 * k,
    )
    return np.array(terms)


def predicted_seconds(
    values: Mapping[str, Value], shape: Shape, costs: Mapping[str, tuple[float, ...]]
) -> float:
    """Predict the seconds of one fit on one thread of the reference machine.

    Parameters
    ----------
    values : mapping
        A configuration.
    shape : Shape
    costs : mapping of str to tuple of float
        Coefficients by family; a family without any is predicted by its own prior.
    """
    family = str(values["model"])
    coefficients = costs.get(family, ())
    if len(coefficients) != N_FEATURES:
        return component(family).cost(Configuration(values).part(family), shape).seconds
    return max(float(cost_features(values, shape) @ np.array(coefficients)), 1e-3)
