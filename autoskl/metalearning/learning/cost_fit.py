"""Coefficients of the cost model from measured seconds."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Shape
from autoskl.metalearning.candidates import checked_values
from autoskl.metalearning.costs import (
    GROWING,
    NO_CATEGORIES,
    Categories,
    cost_features,
    cost_logarithms,
    training_factor,
)
from autoskl.metalearning.learning.evidence import fits_of
from autoskl.metalearning.learning.features import read_features
from autoskl.metalearning.machine import REFERENCE_MACHINE, Machine
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store

Array = NDArray[np.float64]

LEAST_RESULTS = 20
"""Of a family from which its seconds are learned."""

SHORTEST = 0.005
"""Seconds below which the clock of a process cannot be trusted."""

_PASSES = 4
_SHRINKAGE = 20.0
_SMALL_ERROR = 0.1


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
        Group of the task of each.
    """

    features: Array
    logarithms: Array
    seconds: Array
    groups: NDArray[np.str_]


def read_timings(store: Store, exclude: Collection[str] = ()) -> dict[str, Timings]:
    """Return the timings of finished fits by family, as on the reference machine.

    Parameters
    ----------
    store : Store
    exclude : collection of str
        Groups to leave out.
    """
    values = {
        row["key"]: checked_values(row["values"]) for row in store.rows(schema.CONFIGURATIONS)
    }
    splits = {(r["task"], r["stage"], r["repeat"]): r for r in store.rows(schema.SPLITS)}
    groups = {row["key"]: row["group"] for row in store.rows(schema.TASKS)}
    categories = read_categories(store)
    machines = {
        row["key"]: Machine.from_factors(row["factors"]) for row in store.rows(schema.MACHINES)
    }
    found: dict[str, list[tuple[Array, Array, float, str]]] = defaultdict(list)
    for row in store.rows(schema.RESULTS, status="ok"):
        group = groups.get(row["task"])
        split = splits.get((row["task"], row["stage"], row["repeat"]))
        if split is None or group is None or group in exclude:
            continue
        shape = Shape(
            n_rows=split["rows_fit"], n_columns=split["columns"], n_classes=split["outputs"]
        )
        configuration = values[row["configuration"]]
        family = str(configuration["model"])
        factor = machines.get(row["machine"], REFERENCE_MACHINE).factor(family)
        of_one = float(row["cpu_seconds"]) / fits_of(family, split["folds"])
        seconds = max(of_one / training_factor(configuration, shape) / factor, SHORTEST)
        held = categories.get(row["task"], NO_CATEGORIES)
        logarithms = cost_logarithms(configuration, shape, held)
        entry = (cost_features(configuration, shape), logarithms, seconds, str(group))
        found[family].append(entry)
    return {
        family: Timings(
            np.array([features for features, _, _, _ in rows]),
            np.array([logarithms for _, logarithms, _, _ in rows]),
            np.array([seconds for _, _, seconds, _ in rows]),
            np.array([group for _, _, _, group in rows]),
        )
        for family, rows in found.items()
        if len(rows) >= LEAST_RESULTS
    }


def read_categories(store: Store) -> dict[str, Categories]:
    """Return what is known of the categories of each task.

    Parameters
    ----------
    store : Store
    """
    return {task: categories_of(features) for task, features in read_features(store).items()}


def categories_of(features: Mapping[str, float]) -> Categories:
    """Return what meta-features tell of the categories.

    Parameters
    ----------
    features : mapping of str to float
    """
    known = {name: 0.0 if math.isnan(value) else value for name, value in features.items()}
    columns = known.get("share_categorical", 0.0) * 2.0 ** known.get("log_columns", 0.0)
    return Categories(columns, known.get("log_most_levels", 0.0))


def fit_cost(features: Array, seconds: Array) -> Array:
    """Return coefficients not below 0 with a small relative error.

    Iterated weights make the squared error one of ratios, in which being twice too slow and twice
    too quick are alike; the median ratio is made 1 at the end.

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
    """Return exponents of what the terms miss, with a small absolute error of the logarithm.

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
        # Weighted squares come to absolute errors, which a few early stops do not rule.
        weights = 1 / np.sqrt(np.maximum(np.abs(target - scaled @ exponents), _SMALL_ERROR))
        rows = np.vstack([scaled * weights[:, np.newaxis], shrinkage])
        wanted = np.concatenate([target * weights, np.zeros(n_columns - 1)])
        exponents = lsq_linear(rows, wanted, (low, np.inf)).x
    fitted: Array = np.where(np.ptp(logarithms, axis=0) > 0, exponents / spread, 0.0)
    fitted[GROWING] = np.maximum(fitted[GROWING], 0.0)
    fitted[0] = exponents[0]
    return fitted


def fit_family(known: Timings, rows: NDArray[np.bool_] | None = None) -> Array:
    """Return coefficients and exponents of a family, one after the other.

    Parameters
    ----------
    known : Timings
    rows : ndarray of bool of shape (n_results,), default=None
        Results to learn from; all by default.
    """
    chosen = np.ones(len(known.seconds), bool) if rows is None else rows
    features, seconds = known.features[chosen], known.seconds[chosen]
    coefficients = fit_cost(features, seconds)
    ratios = seconds / np.maximum(features @ coefficients, SHORTEST / 5)
    return np.concatenate([coefficients, fit_exponents(known.logarithms[chosen], ratios)])


def predict(known: Timings, fitted: Array) -> Array:
    """Return the seconds (n_results,) that fitted coefficients and exponents predict.

    Parameters
    ----------
    known : Timings
    fitted : ndarray
    """
    n_features = known.features.shape[1]
    terms = np.maximum(known.features @ fitted[:n_features], SHORTEST / 5)
    predicted: Array = terms * np.exp(known.logarithms @ fitted[n_features:])
    return predicted


def fit_costs(timings: Mapping[str, Timings]) -> dict[str, tuple[float, ...]]:
    """Return the coefficients of each family."""
    return {
        family: tuple(float(f"{c:.4g}") for c in fit_family(known))
        for family, known in sorted(timings.items())
    }


def error_factors(timings: Mapping[str, Timings], n_parts: int = 10) -> dict[str, Array]:
    """Return by family the factors by which seconds of unseen tasks are missed.

    Parameters
    ----------
    timings : mapping
    n_parts : int, default=10
        Parts into which the groups of tasks are divided; each is predicted from the others.
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
