"""Fits the coefficients of the cost model to measured seconds."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Shape
from autoskl.core.configuration import Configuration
from autoskl.metalearning.candidates import checked_values
from autoskl.metalearning.costs import (
    GROWING,
    NO_CATEGORIES,
    Categories,
    cost_features,
    cost_logarithms,
    training_factor,
)
from autoskl.metalearning.learning.evidence import n_fits
from autoskl.metalearning.learning.features import read_features
from autoskl.metalearning.machine import REFERENCE_MACHINE, Machine
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store

Array = NDArray[np.float64]

MIN_RESULTS = 20
"""Results of a family needed to learn its seconds."""

MIN_SECONDS = 0.005
"""Seconds below which the CPU clock of a process is unreliable."""

_PASSES = 4
_SHRINKAGE = 20.0
_MIN_ERROR = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Timings:
    """Measured fits of one family.

    Attributes
    ----------
    features : ndarray of shape (n_results, n_features)
        See `cost_features`.
    logarithms : ndarray of shape (n_results, n_logarithms)
        See `cost_logarithms`.
    seconds : ndarray of shape (n_results,)
    groups : ndarray of str of shape (n_results,)
        Group of the task of each result.
    """

    features: Array
    logarithms: Array
    seconds: Array
    groups: NDArray[np.str_]


def read_timings(store: Store, exclude: Collection[str] = ()) -> dict[str, Timings]:
    """Return the timings of finished fits by family, converted to the reference machine.

    Parameters
    ----------
    store : Store
    exclude : collection of str
        Groups to leave out.
    """
    configurations = {
        row["key"]: Configuration(checked_values(row["values"]))
        for row in store.rows(schema.CONFIGURATIONS)
    }
    splits = {(r["task"], r["stage"], r["repeat"]): r for r in store.rows(schema.SPLITS)}
    groups = {row["key"]: row["group"] for row in store.rows(schema.TASKS)}
    categories = read_categories(store)
    machines = {
        row["key"]: Machine.from_factors(row["factors"]) for row in store.rows(schema.MACHINES)
    }
    by_family: dict[str, list[tuple[Array, Array, float, str]]] = defaultdict(list)
    for row in store.rows(schema.RESULTS, status="ok"):
        group = groups.get(row["task"])
        split = splits.get((row["task"], row["stage"], row["repeat"]))
        if split is None or group is None or group in exclude:
            continue
        shape = Shape(
            n_rows=split["rows_fit"], n_columns=split["columns"], n_classes=split["outputs"]
        )
        configuration = configurations[row["configuration"]]
        family = configuration.model
        factor = machines.get(row["machine"], REFERENCE_MACHINE).factor(family)
        per_fit = float(row["cpu_seconds"]) / n_fits(family, split["folds"])
        seconds = max(per_fit / training_factor(configuration, shape) / factor, MIN_SECONDS)
        task_categories = categories.get(row["task"], NO_CATEGORIES)
        logarithms = cost_logarithms(configuration, shape, task_categories)
        entry = (cost_features(configuration, shape), logarithms, seconds, str(group))
        by_family[family].append(entry)
    return {
        family: Timings(
            np.array([features for features, _, _, _ in rows]),
            np.array([logarithms for _, logarithms, _, _ in rows]),
            np.array([seconds for _, _, seconds, _ in rows]),
            np.array([group for _, _, _, group in rows]),
        )
        for family, rows in by_family.items()
        if len(rows) >= MIN_RESULTS
    }


def read_categories(store: Store) -> dict[str, Categories]:
    """Return the categories of each task with meta-features.

    Parameters
    ----------
    store : Store
    """
    return {task: categories_of(features) for task, features in read_features(store).items()}


def categories_of(features: Mapping[str, float]) -> Categories:
    """Return the categories that meta-features describe.

    Parameters
    ----------
    features : mapping of str to float
    """
    known = {name: 0.0 if math.isnan(value) else value for name, value in features.items()}
    columns = known.get("share_categorical", 0.0) * 2.0 ** known.get("log_columns", 0.0)
    return Categories(columns, known.get("log_most_levels", 0.0))


def fit_cost(features: Array, seconds: Array) -> Array:
    """Return non-negative coefficients with a small relative error.

    Iteratively reweighted least squares makes the error symmetric in ratios: a factor of two counts
    the same in both directions. Finally the median ratio is set to 1.

    Parameters
    ----------
    features : ndarray of shape (n_results, n_features)
    seconds : ndarray of shape (n_results,)
    """
    from scipy.optimize import nnls

    weights = 1 / seconds
    coefficients = np.zeros(features.shape[1])
    for _ in range(_PASSES):
        coefficients, _ = nnls(features * weights[:, np.newaxis], seconds * weights)
        predicted = np.maximum(features @ coefficients, 1e-4)
        weights = 1 / np.sqrt(seconds * predicted)
    ratios = seconds / np.maximum(features @ coefficients, 1e-6)
    fitted: Array = coefficients * np.exp(np.median(np.log(ratios)))
    return fitted


def fit_exponents(logarithms: Array, ratios: Array) -> Array:
    """Return exponents of the remaining factors, with a small absolute error of the logarithm.

    Parameters
    ----------
    logarithms : ndarray of shape (n_results, n_logarithms)
        The first column is 1.
    ratios : ndarray of shape (n_results,)
        Measured over predicted seconds.
    """
    from scipy.optimize import lsq_linear

    n_columns = logarithms.shape[1]
    spread = np.maximum(logarithms.std(axis=0), 1e-6)
    spread[0] = 1.0
    scaled, target = logarithms / spread, np.log(ratios)
    shrinkage = np.eye(n_columns)[1:] * _SHRINKAGE**0.5
    low = np.full(n_columns, -np.inf)
    low[GROWING] = -1e-12
    exponents = np.zeros(n_columns)
    for _ in range(_PASSES):
        # Iteratively reweighted squares approximate absolute errors, robust to a few early stops.
        weights = 1 / np.sqrt(np.maximum(np.abs(target - scaled @ exponents), _MIN_ERROR))
        rows = np.vstack([scaled * weights[:, np.newaxis], shrinkage])
        wanted = np.concatenate([target * weights, np.zeros(n_columns - 1)])
        exponents = lsq_linear(rows, wanted, (low, np.inf)).x
    fitted: Array = np.where(np.ptp(logarithms, axis=0) > 0, exponents / spread, 0.0)
    fitted[GROWING] = np.maximum(fitted[GROWING], 0.0)
    fitted[0] = exponents[0]
    return fitted


def fit_family(known: Timings, rows: NDArray[np.bool_] | None = None) -> Array:
    """Return the coefficients of a family followed by its exponents.

    Parameters
    ----------
    known : Timings
    rows : ndarray of bool of shape (n_results,), default=None
        Mask of the results to learn from; all by default.
    """
    chosen = np.ones(len(known.seconds), bool) if rows is None else rows
    features, seconds = known.features[chosen], known.seconds[chosen]
    coefficients = fit_cost(features, seconds)
    ratios = seconds / np.maximum(features @ coefficients, MIN_SECONDS / 5)
    return np.concatenate([coefficients, fit_exponents(known.logarithms[chosen], ratios)])


def predict(known: Timings, fitted: Array) -> Array:
    """Return the seconds (n_results,) that fitted coefficients and exponents predict.

    Parameters
    ----------
    known : Timings
    fitted : ndarray
    """
    n_features = known.features.shape[1]
    terms = np.maximum(known.features @ fitted[:n_features], MIN_SECONDS / 5)
    predicted: Array = terms * np.exp(known.logarithms @ fitted[n_features:])
    return predicted


def fit_costs(timings: Mapping[str, Timings]) -> dict[str, tuple[float, ...]]:
    """Return rounded coefficients and exponents by family."""
    return {
        family: tuple(float(f"{c:.4g}") for c in fit_family(known))
        for family, known in sorted(timings.items())
    }


def error_factors(timings: Mapping[str, Timings], n_parts: int = 10) -> dict[str, Array]:
    """Return the cross-validated error factors of the predicted seconds by family.

    Parameters
    ----------
    timings : mapping
    n_parts : int, default=10
        Number of folds over the groups of tasks.
    """
    found = {}
    for family, known in sorted(timings.items()):
        parts = np.unique(known.groups, return_inverse=True)[1] % n_parts
        predicted = np.full(len(parts), np.nan)
        for part in np.unique(parts):
            inside = parts == part
            if not inside.all():
                predicted[inside] = predict(known, fit_family(known, ~inside))[inside]
        ratios = np.log(known.seconds / np.maximum(predicted, 1e-5))
        found[family] = np.exp(np.abs(ratios[np.isfinite(ratios)]))
    return found
