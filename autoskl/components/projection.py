"""What all components have in common that project the columns on few others."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.components.room import room
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space.parameters import choice
from autoskl.space.space import Space, space_of
from autoskl.tables.columns import Column, Kind


class Projection(Component):
    """Make columns that each come from all columns, in their place or beside them."""

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
        """Return a rough prior for one fit, but for what it costs to read the rows."""

    def n_made(self, values: Mapping[str, Value], shape: Shape) -> int:
        """Return about how many columns are made."""
        return min(int(values["n_components"] or 0), room(shape))

    def parameters(self, task: Task) -> Space:
        """Return the hyperparameters, and whether the columns are kept beside the new ones."""
        return space_of(self.own_parameters(task), choice("keep", [True, False]))

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns if they are kept, then the new ones, whose number is an estimate."""
        if not self.fits(context.shape):
            return context.columns
        name = type(self).__name__
        made = [
            Column(f"{name} {i}", Kind.NUMERIC) for i in range(self.n_made(values, context.shape))
        ]
        if not values["keep"]:
            return tuple(made)
        return () if context.is_sparse else (*context.columns, *made)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        plain = super().cost(values, shape)
        made = shape.n_rows * self.n_made(values, shape)
        seconds = plain.seconds + self.seconds(values, shape)
        return Cost(seconds=seconds, bytes=plain.bytes + 16.0 * made)

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return the projection, or a union of it and the columns themselves."""
        if not self.fits(context.shape):
            return "passthrough"
        own = {name: value for name, value in values.items() if name != "keep"}
        projection = self.projection(own, context)
        if not values["keep"]:
            return projection
        from sklearn.pipeline import FeatureUnion

        return FeatureUnion([("kept", "passthrough"), ("made", projection)])
