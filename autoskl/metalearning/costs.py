"""Seconds of a fit, predicted from what fits of the family took on other data sets."""

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
"""Logarithms whose exponents are not below 0, so that a larger table never seems quicker."""

_FAR = 2.5
"""Beyond this distance from a usual table its logarithms say no more: nothing is extrapolated."""

_FASTEST = 1e-3

EPOCHS = "n_epochs"
"""Hyperparameter of the families that train for epochs."""

_SIZES = frozenset({EPOCHS, "batch_size", "width", "n_layers", "n_blocks", "k"})
"""Hyperparameters that say how large a network is, and how long it trains.

Few values of them have been measured, so that the coefficients are those of the usual ones, and the
component's own cost tells the rest.
"""


@dataclass(frozen=True, slots=True)
class Categories:
    """What of the categories of a table counts for seconds.

    Attributes
    ----------
    n_columns : float
        That hold categories.
    log_levels : float
        Logarithm to base 2 of the levels of the column with the most.
    """

    n_columns: float = 0.0
    log_levels: float = 0.0


NO_CATEGORIES = Categories()


def categories_in(columns: Iterable[Column]) -> Categories:
    """Return what counts of the columns of a table.

    Parameters
    ----------
    columns : iterable of Column
    """
    levels = [column.n_levels for column in columns if column.kind is Kind.CATEGORICAL]
    return Categories(len(levels), math.log2(max(levels, default=0) + 1))


def cost_features(values: Mapping[str, Value], shape: Shape) -> NDArray[np.float64]:
    """Return terms whose sum, with coefficients not below 0, is the seconds of a fit.

    The component's own prior is one of them; the others are overheads by rows, columns, cells and
    classes, on one scale of about a hundredth of a second. They are those of a network of the usual
    size and epochs, see `training_factor`.

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
    prior = component(family).cost(_as_usual(values), shape).seconds
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
    """Return how long a fit takes relative to one of the family's usual size and epochs.

    Parameters
    ----------
    values : mapping
        Of the whole configuration.
    shape : Shape

    Returns
    -------
    float
        1 for models that do not train for epochs.
    """
    family = str(values["model"])
    own = Configuration(values).part(family)
    if EPOCHS not in own:
        return 1.0
    model = component(family)
    usual = model.cost(_as_usual(values), shape).seconds
    return model.cost(own, shape).seconds / max(usual, _FASTEST)


def cost_logarithms(
    values: Mapping[str, Value], shape: Shape, categories: Categories = NO_CATEGORIES
) -> NDArray[np.float64]:
    """Return what a sum of terms misses, as factors: how often trees stop early, above all.

    Parameters
    ----------
    values : mapping
        Of the whole configuration.
    shape : Shape
        Of what is fitted.
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
            _away(shape.n_rows, 1_000),
            _away(shape.n_columns, 15),
            math.log(max(classes, 1)),
            math.log(classes / 2) if classes > 2 else 0.0,
            float(classes == 1),
            _away(_number(own, "learning_rate", 0.05), 0.05),
            _away(_leaves(own), 32),
            float(own.get("extra_trees") is True),
            _away(_number(own, "min_data_in_leaf", 20), 20),
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
        Coefficients by family, followed by exponents; a family without any is predicted by its
        own prior.
    categories : Categories, default=none
    """
    family = str(values["model"])
    known = np.array(costs.get(family, ()))
    if len(known) not in (N_FEATURES, N_FEATURES + N_LOGARITHMS):
        return component(family).cost(Configuration(values).part(family), shape).seconds
    seconds = max(float(cost_features(values, shape) @ known[:N_FEATURES]), _FASTEST)
    if len(known) > N_FEATURES:
        seconds *= math.exp(cost_logarithms(values, shape, categories) @ known[N_FEATURES:])
    return max(seconds * training_factor(values, shape), _FASTEST)


def _as_usual(values: Mapping[str, Value]) -> dict[str, Value]:
    """Return what the model is told; a network without its size, so that it has the usual one."""
    own = Configuration(values).part(str(values["model"]))
    if EPOCHS not in own:
        return dict(own)
    return {name: value for name, value in own.items() if name not in _SIZES}


def _away(value: float, usual: float) -> float:
    return min(max(math.log(max(value, 1e-9) / usual), -_FAR), _FAR)


def _leaves(values: Mapping[str, Value]) -> float:
    """Leaves of a tree at most, the usual number where the model has no trees."""
    depth = _number(values, "depth", 0) or _number(values, "max_depth", 0) or 5
    return _number(values, "num_leaves", 0) or 2.0 ** min(depth, 20)


def _number(values: Mapping[str, Value], name: str, default: float) -> float:
    value = values.get(name)
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if usable else default  # type: ignore[arg-type]
