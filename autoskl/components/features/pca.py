"""Principal component analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.abstract.projection import Projection
from autoskl.components.component import Context, Shape
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, choice, real, space_of

_MAX_COLUMNS = 3_000


class PCA(Projection):
    """Rotate the columns so that the first components explain most of the variance.

    References
    ----------
    H. Hotelling. "Analysis of a complex of statistical variables into principal components".
    Journal of Educational Psychology, 1933.
    """

    def own_parameters(self, task: Task) -> Space:
        """Return the explained fraction of the variance, and whether components get variance 1."""
        return space_of(real("n_components", 0.5, 0.9999, 0.95), choice("whiten", [False, True]))

    def n_new_columns(self, values: Mapping[str, Value], shape: Shape) -> int:
        """Return half the columns, as the number of components is known only after the fit."""
        return max(shape.n_columns // 2, 1)

    def fits(self, shape: Shape) -> bool:
        """Whether the decomposition is fast."""
        return shape.n_columns <= _MAX_COLUMNS and shape.n_rows * shape.n_columns**2 <= 1e12

    def seconds(self, values: Mapping[str, Value], shape: Shape) -> float:
        """Return the seconds of a full decomposition."""
        return 5e-10 * shape.n_rows * shape.n_columns**2

    def projection(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `sklearn.decomposition.PCA`."""
        from sklearn.decomposition import PCA as Decomposition

        from autoskl.components.transformers.bounded_by_shape import Bounded

        return Bounded(Decomposition(**values, svd_solver="full"), "n_components", minimum=2)
