"""Random Fourier features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.projection import Projection
from autoskl.components.component import Context, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer, real, space_of


class RandomFourier(Projection):
    """Random Fourier features: cosines of random projections that approximate an RBF kernel.

    References
    ----------
    A. Rahimi, B. Recht. "Random features for large-scale kernel machines". NIPS, 2007.
    """

    # The projections depend only on the number of columns.
    tags = Tags(sparse=True, scaling=True)

    def own_parameters(self, task: Task) -> Space:
        """Return the number of features and gamma, which is relative to 1 / n_columns."""
        return space_of(
            integer("n_components", 16, 512, 128, log=True),
            real("gamma", 0.01, 10.0, 0.5, log=True),
        )

    def seconds(self, values: Mapping[str, Value], shape: Shape) -> float:
        """Return the seconds of the projections and cosines."""
        each = 6e-9 + 1e-10 * shape.n_columns
        return shape.n_rows * self.n_new_columns(values, shape) * each

    def projection(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an `sklearn.kernel_approximation.RBFSampler`."""
        from autoskl.components.transformers.clipped_transformers import ClippedRBFSampler

        gamma: Any = values["gamma"]
        return ClippedRBFSampler(
            gamma=gamma / max(context.shape.n_columns, 1),
            n_components=self.n_new_columns(values, context.shape),
            random_state=context.seed,
        )
