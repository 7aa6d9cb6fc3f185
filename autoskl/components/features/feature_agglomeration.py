"""Clusters of similar columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.projection import Projection
from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Context, Shape
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, space_of


class FeatureAgglomeration(Projection):
    """Cluster the columns and replace each cluster by its mean or median.

    References
    ----------
    J. H. Ward. "Hierarchical grouping to optimize an objective function". Journal of the American
    Statistical Association, 1963.
    """

    weight = 0.1

    def own_parameters(self, task: Task) -> Space:
        """Return the number of clusters, the linkage and the pooling function."""
        return space_of(
            integer("n_clusters", 2, 128, 16, log=True),
            choice("linkage", ["ward", "complete", "average"]),
            choice("pooling", ["mean", "median"], weights=[2, 1]),
        )

    def n_new_columns(self, values: Mapping[str, Value], shape: Shape) -> int:
        """Return the number of clusters, at most the number of columns."""
        return min(int_value(values, "n_clusters"), max(shape.n_columns, 1))

    def fits(self, shape: Shape) -> bool:
        """Whether the distances between all columns can be computed quickly."""
        return shape.n_columns <= 2_000 and shape.n_rows * shape.n_columns**2 <= 1e10

    def seconds(self, values: Mapping[str, Value], shape: Shape) -> float:
        """Return the seconds of the distances between columns and of the pooling."""
        distances = 1e-10 * shape.n_rows * shape.n_columns**2 + 1e-6 * shape.n_columns**2
        return distances + 3e-7 * shape.n_rows * self.n_new_columns(values, shape)

    def projection(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an `sklearn.cluster.FeatureAgglomeration`."""
        import numpy as np
        from sklearn.cluster import FeatureAgglomeration as Agglomeration

        from autoskl.components.transformers.bounded_by_shape import Bounded

        arguments: dict[str, Any] = dict(values)
        pooling = {"mean": np.mean, "median": np.median}[arguments.pop("pooling")]
        return Bounded(
            Agglomeration(**arguments, pooling_func=pooling), "n_clusters", rows=False, minimum=2
        )
