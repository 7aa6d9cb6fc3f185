"""Yeo-Johnson power transformation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space

_MAX_COLUMNS = 300
_MAX_CELLS = 1e7


class Power(Component):
    """Transform each column by the power that makes it most Gaussian, then standardise.

    References
    ----------
    I.-K. Yeo, R. A. Johnson. "A new family of power transformations to improve normality or
    symmetry". Biometrika, 2000.
    """

    role = Role.SCALER
    tags = Tags(missing=True, weights=False)
    weight = 0.4

    def parameters(self, task: Task) -> Space:
        """Return no hyperparameters."""
        return Space(())

    def fits(self, shape: Shape) -> bool:
        """Whether the powers can be estimated quickly."""
        return shape.n_columns <= _MAX_COLUMNS and shape.n_rows * shape.n_columns <= _MAX_CELLS

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated cost of one fit; powers are estimated column by column."""
        cells = shape.n_rows * shape.n_columns
        return Cost(seconds=9e-3 * shape.n_columns + 1.2e-6 * cells, bytes=16.0 * cells)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `PowerTransformer` that does not overflow."""
        from autoskl.components.transformers.bounded_power import BoundedPower

        return BoundedPower()
