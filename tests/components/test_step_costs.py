"""Estimated costs of steps, compared with measured seconds and megabytes on one thread."""

from __future__ import annotations

from typing import Any

import pytest

from autoskl.components.component import Component, Shape
from autoskl.components.registry import component
from autoskl.core.task import Task

FACTOR = 2.5

# Of the fit and the rows that were fitted: name, hyperparameters, rows, columns, seconds.
SECONDS = [
    ("text_lengths", {}, 1_000_000, 1, 45.0),
    ("date_parts", {}, 200_000, 3, 0.5),
    ("category_crosses", {}, 200_000, 20, 0.66),
    ("category_crosses", {}, 20_000, 60, 0.21),
    ("group_aggregates", {}, 200_000, 20, 1.47),
    ("group_aggregates", {}, 20_000, 60, 0.46),
    ("group_aggregates", {"statistic": "mean", "n_pairs": 16}, 20_000, 20, 0.08),
    ("tree_importance", {}, 2_000, 200, 1.55),
    ("tree_importance", {}, 20_000, 20, 1.4),
    ("tree_importance", {}, 200_000, 20, 2.35),
    ("percentile", {"score": "mutual_information"}, 2_000, 20, 0.35),
    ("percentile", {"score": "mutual_information"}, 20_000, 200, 3.0),
    ("k_bins", {}, 200_000, 10, 0.43),
    ("k_bins", {"encode": "ordinal"}, 200_000, 10, 0.14),
    ("k_bins", {"strategy": "kmeans"}, 200_000, 10, 1.95),
    ("k_bins", {"strategy": "kmeans", "n_bins": 32}, 20_000, 10, 1.53),
    ("splines", {}, 20_000, 20, 0.13),
    ("splines", {}, 200_000, 20, 1.49),
    ("polynomial", {}, 20_000, 20, 0.059),
    ("polynomial", {}, 200_000, 20, 0.54),
    ("pca", {}, 20_000, 100, 0.13),
    ("pca", {}, 200_000, 100, 2.28),
    ("pca", {}, 20_000, 400, 0.94),
    ("fast_ica", {}, 20_000, 20, 2.2),
    ("fast_ica", {}, 200_000, 20, 20.3),
    ("feature_agglomeration", {}, 20_000, 100, 0.26),
    ("feature_agglomeration", {}, 200_000, 20, 1.17),
    ("nystroem", {}, 20_000, 20, 0.067),
    ("nystroem", {}, 200_000, 20, 0.86),
    ("random_fourier", {}, 200_000, 20, 0.18),
    ("truncated_svd", {}, 20_000, 400, 0.42),
    ("truncated_svd", {}, 200_000, 50, 1.9),
    ("tree_embedding", {}, 20_000, 20, 0.25),
    ("tree_embedding", {}, 200_000, 20, 1.0),
]

# Name, hyperparameters, rows, columns, megabytes at the peak.
MEGABYTES = [
    ("text_lengths", {}, 20_000, 1, 7.7),
    ("date_parts", {}, 200_000, 3, 144.0),
    ("group_aggregates", {}, 20_000, 20, 5.5),
    ("k_bins", {}, 200_000, 10, 140.0),
    ("splines", {}, 20_000, 20, 22.5),
    ("polynomial", {}, 20_000, 20, 36.8),
    ("nystroem", {}, 20_000, 20, 22.3),
    ("tree_embedding", {}, 20_000, 20, 74.0),
]


def values_of(entry: Component, given: dict[str, Any]) -> dict[str, Any]:
    return dict(entry.parameters(Task.BINARY).complete(given))


@pytest.mark.parametrize(("name", "given", "n_rows", "n_columns", "seconds"), SECONDS)
def test_estimated_seconds_are_close_to_measured_ones(
    name: str, given: dict[str, Any], n_rows: int, n_columns: int, seconds: float
) -> None:
    entry, shape = component(name), Shape(n_rows=n_rows, n_columns=n_columns, n_classes=2)
    expected = entry.cost(values_of(entry, given), shape).seconds
    assert seconds / FACTOR < expected < seconds * FACTOR


@pytest.mark.parametrize(("name", "given", "n_rows", "n_columns", "megabytes"), MEGABYTES)
def test_estimated_bytes_are_close_to_measured_ones(
    name: str, given: dict[str, Any], n_rows: int, n_columns: int, megabytes: float
) -> None:
    entry, shape = component(name), Shape(n_rows=n_rows, n_columns=n_columns, n_classes=2)
    expected = entry.cost(values_of(entry, given), shape).bytes / 1e6
    assert megabytes / FACTOR < expected < megabytes * FACTOR
