"""Entity embeddings of categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autoskl.components.building.column_limits import max_new_columns
from autoskl.components.building.network_parameters import training_seconds
from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer, ordinal, space_of
from autoskl.tables.columns import Column, Kind

_MAX_SIZE = 8
_MAX_ROWS = 200_000
_WIDTH, _BATCH = 64, 256


class Embedding(Component):
    """Replace each category by a vector that a small network has learned.

    The network is trained on the categories alone. Similar categories get similar vectors, which
    all model families can use.

    References
    ----------
    C. Guo, F. Berkhahn. "Entity embeddings of categorical variables". 2016.
    """

    role = Role.ENCODER
    tags = Tags(missing=True, scaling=True, uses_target=True, weights=False, needs=("torch",))
    weight = 0.1

    def parameters(self, task: Task) -> Space:
        """Return the size of the vectors, and the number of epochs."""
        return space_of(
            ordinal("size", [1, 2, 4, _MAX_SIZE], 4), integer("n_epochs", 8, 64, 24, log=True)
        )

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the components of the vectors of all columns."""
        return tuple(
            replace(column, kind=Kind.NUMERIC, n_levels=0, has_missing=False)
            for column in context.columns
            for _ in range(int_value(values, "size"))
        )

    def fits(self, shape: Shape) -> bool:
        """Whether the new columns are within the limit and training is fast."""
        return shape.n_columns * _MAX_SIZE <= max_new_columns(shape) and shape.n_rows <= _MAX_ROWS

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a transformer that trains the network."""
        from autoskl.components.transformers.learned_embeddings import LearnedEmbeddings

        arguments: dict[str, Any] = dict(values)
        return LearnedEmbeddings(
            **arguments,
            width=_WIDTH,
            batch_size=_BATCH,
            classification=context.task.is_classification,
            random_state=context.seed,
            n_jobs=context.threads,
        ).with_context(context)

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        size, epochs = float(values.get("size") or 4), float(values.get("n_epochs") or 24)
        weights = _WIDTH * (shape.n_columns * size + _WIDTH + shape.n_classes)
        seconds = training_seconds(shape.n_rows, epochs, _BATCH, weights)
        return Cost(seconds=0.1 + seconds, bytes=2e8 + 16.0 * shape.n_rows * shape.n_columns * size)
