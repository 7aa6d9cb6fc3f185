"""Categories as columns of zeros and ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.components.room import MOST_INDICATORS, room
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer
from autoskl.tables.columns import Column, Kind

_MOST_LEVELS = 255
_FEW_LEVELS = 8
"""Where there is no room for so many of each column, it counts how many each has."""


class OneHot(Component):
    """Give each category a column, rare ones share one; missing is a category too.

    Unseen categories count as rare, or as no category where none was rare. Columns with very many
    categories keep the most frequent ones. Where there is no room for two columns in place of each,
    all categories share what room there is by their hashes.

    References
    ----------
    D. B. Suits. "Use of dummy variables in regression equations". Journal of the American
    Statistical Association, 1957.
    """

    role = Role.ENCODER
    tags = Tags(missing=True, scaling=True, weights=False)

    def parameters(self, task: Task) -> Space:
        """Return in how many rows a category must occur to have a column of its own."""
        return Space([integer("min_frequency", 1, 100, 4, log=True)])

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return one column for each category; with rare ones it will be fewer."""
        most = _most_levels(context)
        if not most:
            hashes = range(room(context.shape, MOST_INDICATORS))
            return tuple(Column(f"hash {i}", Kind.NUMERIC) for i in hashes)
        return tuple(
            Column(f"{column.name}={code}", Kind.BOOLEAN)
            for column in context.columns
            for code in range(min(column.n_levels + column.has_missing, most))
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `OneHotEncoder`, or a `HashingEncoder` where that would be too wide."""
        import numpy as np
        from sklearn.preprocessing import OneHotEncoder

        from autoskl.components.learners.hashing_encoder import HashingEncoder

        most = _most_levels(context)
        if not most:
            return HashingEncoder(room(context.shape, MOST_INDICATORS))
        return OneHotEncoder(
            min_frequency=values["min_frequency"],
            max_categories=most,
            handle_unknown="infrequent_if_exist",
            sparse_output=False,
            # Zeros and ones are exact; single precision leaves the type of the other columns alone.
            dtype=np.float32,
        )


def _most_levels(context: Context) -> int:
    """Return how many columns one categorical column may become, 0 where there is no room."""
    most = room(context.shape, MOST_INDICATORS)
    each = most // max(len(context.columns), 1)
    if each >= _FEW_LEVELS:
        return min(each, _MOST_LEVELS)
    levels = [column.n_levels + column.has_missing for column in context.columns]
    fewer = range(_FEW_LEVELS, 1, -1)
    return next((few for few in fewer if sum(min(n, few) for n in levels) <= most), 0)
