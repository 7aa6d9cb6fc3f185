"""Nearest neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.fitting.cost_constants import MAX_VOTES
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, real, space_of, when

_MAX_CELLS = 1.5e6
_MAX_ROWS = 50_000


class KNearestNeighbors(Component):
    """Predict a row from the training rows nearest to it.

    Of large tables a random sample is kept, as every prediction searches all kept rows.

    References
    ----------
    T. Cover, P. Hart. "Nearest neighbor pattern classification". IEEE Transactions on Information
    Theory, 1967.
    """

    role = Role.MODEL
    tags = Tags(scaling=True, lazy=True)
    weight = 0.5

    def parameters(self, task: Task) -> Space:
        """Return the number of neighbours, their weights and the metric."""
        always = (
            integer("n_neighbors", 1, 200, 15, log=True),
            choice("weights", ["distance", "uniform"]),
            choice("metric", ["minkowski", "cosine"], weights=[4, 1]),
            when("metric", "minkowski", choice("p", [2, 1])),
        )
        if not task.is_classification:
            return space_of(*always)
        return space_of(*always, real("smoothing", 0.01, 10.0, 0.5, log=True))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a nearest-neighbours estimator that supports sample weights."""
        from autoskl.components.predictors.nearest_neighbours import (
            NeighboursClassifier,
            NeighboursRegressor,
        )

        arguments: dict[str, Any] = dict(values)
        classification = context.task.is_classification
        return (NeighboursClassifier if classification else NeighboursRegressor)(
            **arguments,
            max_rows=_kept_rows(context.shape),
            random_state=context.seed,
            n_jobs=context.threads,
        )

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated cost of one fit and of predicting a quarter as many rows."""
        kept = min(shape.n_rows, _kept_rows(shape))
        distances = shape.n_rows / 4 * kept
        per_column = 7e-10 if values.get("p") == 1 else 4.5e-11
        seconds = 2e-3 + distances * (4.5e-9 + per_column * shape.n_columns)
        return Cost(seconds=seconds, bytes=_bytes(kept, shape, values))


def _bytes(kept: int, shape: Shape, values: Mapping[str, Value]) -> float:
    """Return the bytes of the kept rows and of the votes that are counted at once."""
    neighbours = min(float(values.get("n_neighbors") or 15), kept)
    votes = min(shape.n_rows / 4 * neighbours, MAX_VOTES / shape.n_classes)
    rows = 16.0 * kept * shape.n_columns + 16.0 * shape.n_rows * shape.n_classes
    return rows + votes * (32.0 + 8.0 * shape.n_classes)


def _kept_rows(shape: Shape) -> int:
    return int(min(max(_MAX_CELLS / max(shape.n_columns, 1), 2_000), _MAX_ROWS))
