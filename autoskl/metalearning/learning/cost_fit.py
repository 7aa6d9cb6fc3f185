"""Coefficients of the cost model from measured seconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Shape
from autoskl.metalearning.candidates import checked_values
from autoskl.metalearning.costs import cost_features
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store

Array = NDArray[np.float64]

_LEAST_RESULTS = 20
_SHORTEST = 0.005
"""Seconds below which the clock of a process cannot be trusted."""

_PASSES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Timings:
    """Measured fits of one family.

    Attributes
    ----------
    features : ndarray of shape (n_results, n_features)
    seconds : ndarray of shape (n_results,)
    groups : ndarray of str of shape (n_results,)
        Group of the task of each.
    """

    features: Array
    seconds: Array
    groups: NDArray[np.str_]


def read_timings(store: Store, exclude: Collection[str] = ()) -> dict[str, Timings]:
    """Return the timings of finished fits by family.

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
    found: dict[str, list[tuple[Array, float, str]]] = defaultdict(list)
    for row in store.rows(schema.RESULTS, status="ok"):
        group = groups.get(row["task"])
        split = splits.get((row["task"], row["stage"], row["repeat"]))
        if split is None or group is None or group in exclude or split["folds"] > 1:
            continue
        shape = Shape(
            n_rows=split["rows_fit"], n_columns=split["columns"], n_classes=split["outputs"]
        )
        configuration = values[row["configuration"]]
        seconds = max(float(row["cpu_seconds"]), _SHORTEST)
        entry = (cost_features(configuration, shape), seconds, str(group))
        found[str(configuration["model"])].append(entry)
    return {
        family: Timings(
            np.array([features for features, _, _ in rows]),
            np.array([seconds for _, seconds, _ in rows]),
            np.array([group for _, _, group in rows]),
        )
        for family, rows in found.items()
        if len(rows) >= _LEAST_RESULTS
    }


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


def fit_costs(timings: Mapping[str, Timings]) -> dict[str, tuple[float, ...]]:
    """Return the coefficients of each family."""
    return {
        family: tuple(float(f"{c:.4g}") for c in fit_cost(known.features, known.seconds))
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
                coefficients = fit_cost(known.features[~inside], known.seconds[~inside])
                predicted[inside] = known.features[inside] @ coefficients
        ratios = np.log(known.seconds / np.maximum(predicted, 1e-5))
        found[family] = np.exp(np.abs(ratios[np.isfinite(ratios)]))
    return found
