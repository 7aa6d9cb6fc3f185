"""Indicators of the leaves of random trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.projection import Projection
from autoskl.components.building.column_limits import max_new_columns
from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Context, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer, space_of


class TreeEmbedding(Projection):
    """Grow totally random trees and add an indicator column for each leaf.

    References
    ----------
    F. Moosmann, B. Triggs, F. Jurie. "Fast discriminative visual codebooks using randomized
    clustering forests". NIPS, 2006.
    """

    tags = Tags(weights=False)

    def own_parameters(self, task: Task) -> Space:
        """Return number and depth of the trees."""
        return space_of(integer("n_estimators", 5, 50, 20, log=True), integer("max_depth", 2, 6, 4))

    def n_new_columns(self, values: Mapping[str, Value], shape: Shape) -> int:
        """Return the maximum number of leaves."""
        return _trees(values, shape) << int_value(values, "max_depth")

    def seconds(self, values: Mapping[str, Value], shape: Shape) -> float:
        """Return the seconds of growing the trees."""
        trees, depth = _trees(values, shape), int_value(values, "max_depth")
        return trees * (1e-3 + 1.5e-7 * depth * shape.n_rows)

    def projection(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `sklearn.ensemble.RandomTreesEmbedding`."""
        from sklearn.ensemble import RandomTreesEmbedding

        return RandomTreesEmbedding(
            n_estimators=_trees(values, context.shape),
            max_depth=values["max_depth"],
            min_samples_leaf=2,
            sparse_output=False,
            random_state=context.seed,
            n_jobs=context.threads,
        )


def _trees(values: Mapping[str, Value], shape: Shape) -> int:
    leaves = 1 << int_value(values, "max_depth")
    return max(min(int_value(values, "n_estimators"), max_new_columns(shape) // leaves), 1)
