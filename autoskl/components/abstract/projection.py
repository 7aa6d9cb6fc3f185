"""Base class of components that project the columns onto new ones."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from autoskl.components.building.column_limits import max_new_columns
from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space.parameters import choice
from autoskl.space.space import Space, space_of
from autoskl.tables.columns import Column, Kind


class Projection(Component):
    """Compute new columns from all columns, and replace or extend these."""

    role = Role.FEATURES
    tags = Tags(scaling=True, weights=False)
    weight = 0.2

    @abstractmethod
    def own_parameters(self, task: Task) -> Space:
        """Return the hyperparameters of the projection."""

    @abstractmethod
    def projection(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return the unfitted transformer that makes the new columns."""

    @abstractmethod
    def seconds(self, values: Mapping[str, Value], shape: Shape) -> float:
        """Return the estimated seconds of one fit, without those of reading the rows."""

    def n_new_columns(self, values: Mapping[str, Value], shape: Shape) -> int:
        """Return the estimated number of new columns."""
        return min(int_value(values, "n_components"), max_new_columns(shape))

    def parameters(self, task: Task) -> Space:
        """Return the hyperparameters, and whether the original columns are kept."""
        return space_of(self.own_parameters(task), choice("keep", [True, False]))

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the original columns if kept, then an estimated number of new ones."""
        if not self.fits(context.shape):
            return context.columns
        name = type(self).__name__
        made = [
            Column(f"{name} {i}", Kind.NUMERIC)
            for i in range(self.n_new_columns(values, context.shape))
        ]
        if not values["keep"]:
            return tuple(made)
        return () if context.is_sparse else (*context.columns, *made)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        plain = super().cost(values, shape)
        made = shape.n_rows * self.n_new_columns(values, shape)
        seconds = plain.seconds + self.seconds(values, shape)
        return Cost(seconds=seconds, bytes=plain.bytes + 16.0 * made)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return the projection, or a union of it and the original columns."""
        if not self.fits(context.shape):
            return "passthrough"
        own = {name: value for name, value in values.items() if name != "keep"}
        projection = self.projection(own, context)
        if not values["keep"]:
            return projection
        from sklearn.pipeline import FeatureUnion

        return FeatureUnion([("kept", "passthrough"), ("made", projection)])
