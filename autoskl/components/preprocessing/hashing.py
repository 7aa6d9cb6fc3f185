"""Feature hashing of categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.column_limits import max_new_columns
from autoskl.components.building.typed_values import int_value
from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, ordinal
from autoskl.tables.columns import Column, Kind


class Hashing(Component):
    """Map many categories to few columns by their hashes.

    Missing and unseen categories count as one more category.

    References
    ----------
    K. Weinberger, A. Dasgupta, J. Langford, A. Smola, J. Attenberg. "Feature hashing for large
    scale multitask learning". ICML, 2009.
    """

    role = Role.ENCODER
    tags = Tags(missing=True, scaling=True)
    weight = 0.1

    def parameters(self, task: Task) -> Space:
        """Return the number of columns."""
        return Space([ordinal("n_features", [16, 32, 64, 128, 256, 512], 64)])

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns shared by all categories."""
        return tuple(Column(f"hash {i}", Kind.NUMERIC) for i in range(_n_features(values, context)))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `HashingEncoder`."""
        from autoskl.components.transformers.hashing_encoder import HashingEncoder

        return HashingEncoder(_n_features(values, context))


def _n_features(values: Mapping[str, Value], context: Context) -> int:
    return min(int_value(values, "n_features"), max_new_columns(context.shape))
