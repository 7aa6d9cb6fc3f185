"""Independent components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Context, Shape
from autoskl.components.projection import Projection
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, space_of


class FastICA(Projection):
    """Unmix the columns into ones that are as independent as they can be.

    References
    ----------
    A. Hyvärinen, E. Oja. "Independent component analysis: algorithms and applications". Neural
    Networks, 2000.
    """

    weight = 0.1

    def own_parameters(self, task: Task) -> Space:
        """Return the number of components, how they are found and what measures independence."""
        return space_of(
            integer("n_components", 2, 64, 16, log=True),
            choice("algorithm", ["parallel", "deflation"], weights=[3, 1]),
            choice("fun", ["logcosh", "exp", "cube"]),
        )

    def fits(self, shape: Shape) -> bool:
        """Whether the columns can be whitened in little time."""
        return shape.n_columns <= 1_000 and shape.n_rows * shape.n_columns**2 <= 1e11

    def seconds(self, values: Mapping[str, Value], shape: Shape) -> float:
        """Return the seconds of a decomposition, and of about 200 rounds."""
        each = 5e-10 * shape.n_columns**2 + 8e-6 * self.n_made(values, shape)
        return shape.n_rows * each

    def projection(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `sklearn.decomposition.FastICA`."""
        from autoskl.components.learners.bounded import Bounded
        from autoskl.components.learners.independent_components import IndependentComponents

        arguments: dict[str, Any] = dict(values)
        arguments["n_components"] = self.n_made(values, context.shape)
        ica = IndependentComponents(**arguments, random_state=context.seed)
        return Bounded(ica, "n_components", least=2)
