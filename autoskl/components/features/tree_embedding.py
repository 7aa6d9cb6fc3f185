"""Leaves of random trees as columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Context, Shape, Tags
from autoskl.components.projection import Projection
from autoskl.components.room import room
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer, space_of


class TreeEmbedding(Projection):
    """Grow completely random trees and give each leaf a column of zeros and ones.

    References
    ----------
    F. Moosmann, B. Triggs, F. Jurie. "Fast discriminative visual codebooks using randomized
    clustering forests". NIPS, 2006.
    """

    tags = Tags(weights=False)

    def own_parameters(self, task: Task) -> Space:
        """Return number and depth of the trees."""
        return space_of(integer("n_estimators", 5, 50, 20, log=True), integer("max_depth", 2, 6, 4))

    def n_made(self, values: Mapping[str, Value], shape: Shape) -> int:
        """Return how many leaves there are at most."""
        return _trees(values, shape) << int(values["max_depth"] or 0)

    def seconds(self, values: Mapping[str, Value], shape: Shape) -> float:
        """Return the seconds of growing the trees."""
        trees, depth = _trees(values, shape), int(values["max_depth"] or 0)
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
    leaves = 1 << int(values["max_depth"] or 0)
    return max(min(int(values["n_estimators"] or 0), room(shape) // leaves), 1)
