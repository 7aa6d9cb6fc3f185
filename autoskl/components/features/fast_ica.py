"""Independent component analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.projection import Projection
from autoskl.components.component import Context, Shape
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, space_of


class FastICA(Projection):
    """Rotate the columns into components that are as independent as possible.

    References
    ----------
    A. Hyvärinen, E. Oja. "Independent component analysis: algorithms and applications". Neural
    Networks, 2000.
    """

    weight = 0.1

    def own_parameters(self, task: Task) -> Space:
        """Return the number of components, the algorithm and the measure of independence."""
        return space_of(
            integer("n_components", 2, 64, 16, log=True),
            choice("algorithm", ["parallel", "deflation"], weights=[3, 1]),
            choice("fun", ["logcosh", "exp", "cube"]),
        )

    def fits(self, shape: Shape) -> bool:
        """Whether the columns can be whitened quickly."""
        return shape.n_columns <= 1_000 and shape.n_rows * shape.n_columns**2 <= 1e11

    def seconds(self, values: Mapping[str, Value], shape: Shape) -> float:
        """Return the seconds of the decomposition and of about 200 iterations."""
        each = 5e-10 * shape.n_columns**2 + 8e-6 * self.n_new_columns(values, shape)
        return shape.n_rows * each

    def projection(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `sklearn.decomposition.FastICA` for columns of any rank."""
        from autoskl.components.transformers.bounded_by_shape import Bounded
        from autoskl.components.transformers.fast_ica import RankSafeFastICA

        arguments: dict[str, Any] = dict(values)
        arguments["n_components"] = self.n_new_columns(values, context.shape)
        ica = RankSafeFastICA(**arguments, random_state=context.seed)
        return Bounded(ica, "n_components", minimum=2)
