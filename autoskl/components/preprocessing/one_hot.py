"""One-hot encoding of categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.building.column_limits import MAX_INDICATORS, max_new_columns
from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer
from autoskl.tables.columns import Column, Kind

_MAX_LEVELS = 255
_FEW_LEVELS = 8
"""If the limit allows fewer columns than this per category, actual levels are counted."""


class OneHot(Component):
    """One indicator column per category; rare ones share a column, and missing is a category too.

    Unseen categories count as rare, or as no category if none was rare. Columns with very many
    categories keep the most frequent ones. If the limit does not allow two columns for each, all
    categories are hashed into as many columns as it allows.

    References
    ----------
    D. B. Suits. "Use of dummy variables in regression equations". Journal of the American
    Statistical Association, 1957.
    """

    role = Role.ENCODER
    tags = Tags(missing=True, scaling=True, weights=False)

    def parameters(self, task: Task) -> Space:
        """Return the minimum number of rows of a category with its own column."""
        return Space([integer("min_frequency", 1, 100, 4, log=True)])

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return one column per category; with rare categories there will be fewer."""
        max_levels = _max_levels(context)
        if not max_levels:
            hashes = range(max_new_columns(context.shape, MAX_INDICATORS))
            return tuple(Column(f"hash {i}", Kind.NUMERIC) for i in hashes)
        return tuple(
            Column(f"{column.name}={code}", Kind.BOOLEAN)
            for column in context.columns
            for code in range(min(column.n_levels + column.has_missing, max_levels))
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `OneHotEncoder`, or a `HashingEncoder` if that would be too wide."""
        import numpy as np
        from sklearn.preprocessing import OneHotEncoder

        from autoskl.components.transformers.hashing_encoder import HashingEncoder

        max_levels = _max_levels(context)
        if not max_levels:
            return HashingEncoder(max_new_columns(context.shape, MAX_INDICATORS))
        return OneHotEncoder(
            min_frequency=values["min_frequency"],
            max_categories=max_levels,
            handle_unknown="infrequent_if_exist",
            sparse_output=False,
            # Exact for zeros and ones, and does not promote the dtype of the other columns.
            dtype=np.float32,
        )


def _max_levels(context: Context) -> int:
    """Return the maximum number of columns per categorical column, 0 if less than two."""
    limit = max_new_columns(context.shape, MAX_INDICATORS)
    each = limit // max(len(context.columns), 1)
    if each >= _FEW_LEVELS:
        return min(each, _MAX_LEVELS)
    levels = [column.n_levels + column.has_missing for column in context.columns]
    candidates = range(_FEW_LEVELS, 1, -1)
    return next((most for most in candidates if sum(min(n, most) for n in levels) <= limit), 0)
