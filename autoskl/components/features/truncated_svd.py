"""Truncated singular value decomposition of uncentred, possibly sparse columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.projection import Projection
from autoskl.components.component import Context, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer


class TruncatedSVD(Projection):
    """Project onto the leading singular vectors.

    References
    ----------
    S. Deerwester et al. "Indexing by latent semantic analysis". Journal of the American Society for
    Information Science, 1990.
    N. Halko, P.-G. Martinsson, J. A. Tropp. "Finding structure with randomness". SIAM Review, 2011.
    """

    tags = Tags(sparse=True, scaling=True, weights=False)

    def own_parameters(self, task: Task) -> Space:
        """Return the number of singular vectors."""
        return Space([integer("n_components", 2, 256, 32, log=True)])

    def seconds(self, values: Mapping[str, Value], shape: Shape) -> float:
        """Return the seconds of the randomised decomposition."""
        vectors = self.n_new_columns(values, shape) + 10
        each = 1.2e-9 * shape.n_columns * vectors + 2e-9 * vectors**2
        return shape.n_rows * each

    def projection(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `sklearn.decomposition.TruncatedSVD`."""
        from sklearn.decomposition import TruncatedSVD as Decomposition

        from autoskl.components.transformers.bounded_by_shape import Bounded

        svd = Decomposition(self.n_new_columns(values, context.shape), random_state=context.seed)
        return Bounded(svd, "n_components", margin=1)
