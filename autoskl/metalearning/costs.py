"""Predicted seconds of a fit, learned from fits of the same family on other data sets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Shape
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration, Value
from autoskl.tables.columns import Column, Kind

N_FEATURES = 9

N_LOGARITHMS = 13

GROWING = slice(1, 5)
"""Logarithms with non-negative exponents, so that a larger table is never predicted faster."""

_MAX_LOG_RATIO = 2.5
"""Clipping bound of the logarithms, so that costs are not extrapolated."""

_MIN_SECONDS = 1e-3

EPOCHS = "n_epochs"
"""Hyperparameter of families that train for a number of epochs."""

_TRAINING_SIZES = frozenset({EPOCHS, "batch_size", "width", "n_layers", "n_blocks", "k"})
"""Hyperparameters for the size of a network and the length of its training.

Few of their values have been measured, so the coefficients refer to the default values, and the
component's own cost accounts for the others.
"""


@dataclass(frozen=True, slots=True)
class Categories:
    """Properties of the categorical columns of a table that affect the seconds of a fit.

    Attributes
    ----------
    n_columns : float
        Number of categorical columns.
    log_levels : float
        Base-2 logarithm of the largest number of levels in a column.
    """

    n_columns: float = 0.0
    log_levels: float = 0.0


NO_CATEGORIES = Categories()


def categories_in(columns: Iterable[Column]) -> Categories:
    """Summarise the categorical columns of a table.

    Parameters
    ----------
    columns : iterable of Column
    """
    levels = [column.n_levels for column in columns if column.kind is Kind.CATEGORICAL]
    return Categories(len(levels), math.log2(max(levels, default=0) + 1))


def cost_features(values: Mapping[str, Value], shape: Shape) -> NDArray[np.float64]:
    """Return the terms of a linear model, with non-negative coefficients, of the seconds of a fit.

    The component's own prior is one term; the others are overheads by rows, columns, cells and
    classes, scaled to about a hundredth of a second. For networks they refer to the default size
    and epochs, see `training_factor`.

    Parameters
    ----------
    values : mapping
        Values of the whole configuration.
    shape : Shape
        Shape of the training data.

    Returns
    -------
    ndarray of shape (N_FEATURES,)
    """
    family = str(values["model"])
    prior = component(family).cost(_with_default_size(values), shape).seconds
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


def training_factor(values: Mapping[str, Value], shape: Shape) -> float:
    """Return the cost of a fit relative to one with the family's default size and epochs.

    Parameters
    ----------
    values : mapping
        Values of the whole configuration.
    shape : Shape

    Returns
    -------
    float
        1 for models without epochs.
    """
    family = str(values["model"])
    own = Configuration(values).part(family)
    if EPOCHS not in own:
        return 1.0
    model = component(family)
    usual = model.cost(_with_default_size(values), shape).seconds
    return model.cost(own, shape).seconds / max(usual, _MIN_SECONDS)


def cost_logarithms(
    values: Mapping[str, Value], shape: Shape, categories: Categories = NO_CATEGORIES
) -> NDArray[np.float64]:
    """Return logarithms of factors that the sum of terms misses, above all of early stopping.

    Parameters
    ----------
    values : mapping
        Values of the whole configuration.
    shape : Shape
        Shape of the training data.
    categories : Categories, default=none

    Returns
    -------
    ndarray of shape (N_LOGARITHMS,)
    """
    own = Configuration(values).part(str(values["model"]))
    classes = shape.n_classes
    return np.array(
        [
            1.0,
            _log_ratio(shape.n_rows, 1_000),
            _log_ratio(shape.n_columns, 15),
            math.log(max(classes, 1)),
            math.log(classes / 2) if classes > 2 else 0.0,
            float(classes == 1),
            _log_ratio(_number(own, "learning_rate", 0.05), 0.05),
            _log_ratio(_max_leaves(own), 32),
            float(own.get("extra_trees") is True),
            _log_ratio(_number(own, "min_data_in_leaf", 20), 20),
            math.log1p(min(categories.n_columns, 200.0)),
            min(categories.n_columns / max(shape.n_columns, 1), 1.0),
            min(categories.log_levels, 10.0),
        ]
    )


def predicted_seconds(
    values: Mapping[str, Value],
    shape: Shape,
    costs: Mapping[str, tuple[float, ...]],
    categories: Categories = NO_CATEGORIES,
) -> float:
    """Predict the seconds of one fit on one thread of the reference machine.

    Parameters
    ----------
    values : mapping
        A configuration.
    shape : Shape
    costs : mapping of str to tuple of float
        Coefficients by family, followed by exponents; families without any use their own prior.
    categories : Categories, default=none
    """
    family = str(values["model"])
    known = np.array(costs.get(family, ()))
    if len(known) not in (N_FEATURES, N_FEATURES + N_LOGARITHMS):
        return component(family).cost(Configuration(values).part(family), shape).seconds
    seconds = max(float(cost_features(values, shape) @ known[:N_FEATURES]), _MIN_SECONDS)
    if len(known) > N_FEATURES:
        seconds *= math.exp(cost_logarithms(values, shape, categories) @ known[N_FEATURES:])
    return max(seconds * training_factor(values, shape), _MIN_SECONDS)


def _with_default_size(values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values of the model; for networks without sizes, so that defaults apply."""
    own = Configuration(values).part(str(values["model"]))
    if EPOCHS not in own:
        return dict(own)
    return {name: value for name, value in own.items() if name not in _TRAINING_SIZES}


def _log_ratio(value: float, usual: float) -> float:
    return min(max(math.log(max(value, 1e-9) / usual), -_MAX_LOG_RATIO), _MAX_LOG_RATIO)


def _max_leaves(values: Mapping[str, Value]) -> float:
    """Return the maximum number of leaves of a tree; a default if the model has no trees."""
    depth = _number(values, "depth", 0) or _number(values, "max_depth", 0) or 5
    return _number(values, "num_leaves", 0) or 2.0 ** min(depth, 20)


def _number(values: Mapping[str, Value], name: str, default: float) -> float:
    value = values.get(name)
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if usable else default  # type: ignore[arg-type]
