"""Nyström approximation of a kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.projection import Projection
from autoskl.components.component import Context, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, integer, real, space_of, when


class Nystroem(Projection):
    """Approximate a kernel's feature map by kernel values at randomly drawn rows.

    References
    ----------
    C. K. I. Williams, M. Seeger. "Using the Nyström method to speed up kernel machines". NIPS,
    2001.
    """

    tags = Tags(sparse=True, scaling=True, weights=False)

    def own_parameters(self, task: Task) -> Space:
        """Return the number of rows and the kernel; gamma is relative to 1 / n_columns."""
        return space_of(
            integer("n_components", 16, 512, 128, log=True),
            choice("kernel", ["rbf", "poly", "cosine", "sigmoid"], weights=[4, 1, 1, 1]),
            when("kernel", ["rbf", "poly", "sigmoid"], real("gamma", 0.01, 10.0, 0.5, log=True)),
            when("kernel", "poly", integer("degree", 2, 4, 2)),
        )

    def seconds(self, values: Mapping[str, Value], shape: Shape) -> float:
        """Return the seconds of the kernel values and of decomposing those of the drawn rows."""
        made = self.n_new_columns(values, shape)
        each = 2e-8 + 1e-10 * (shape.n_columns + made)
        return made * (shape.n_rows * each + 1e-9 * made**2)

    def projection(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `sklearn.kernel_approximation.Nystroem`."""
        from sklearn.kernel_approximation import Nystroem as Approximation

        from autoskl.components.transformers.bounded_by_shape import Bounded

        arguments: dict[str, Any] = dict(values)
        arguments["n_components"] = self.n_new_columns(values, context.shape)
        if "gamma" in arguments:
            arguments["gamma"] /= max(context.shape.n_columns, 1)
        approximation = Approximation(**arguments, random_state=context.seed)
        return Bounded(approximation, "n_components", columns=False)
