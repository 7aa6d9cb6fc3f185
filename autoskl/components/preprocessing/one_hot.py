"""Categories as columns of zeros and ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer
from autoskl.tables.columns import Column, Kind

MOST_COLUMNS = 2_000
MOST_CELLS = 1e8
"""Columns and cells that all encoded columns may have together."""


class OneHot(Component):
    """Give each category a column, rare ones share one; missing is a category too.

    Unseen categories count as rare, or as no category where none was rare. Columns with very many
    categories keep the most frequent ones.

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
        most = most_categories(context)
        return tuple(
            Column(f"{column.name}={code}", Kind.BOOLEAN)
            for column in context.columns
            for code in range(min(column.n_levels + column.has_missing, most))
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `OneHotEncoder`."""
        import numpy as np
        from sklearn.preprocessing import OneHotEncoder

        return OneHotEncoder(
            min_frequency=values["min_frequency"],
            max_categories=most_categories(context),
            handle_unknown="infrequent_if_exist",
            sparse_output=False,
            # Zeros and ones are exact; single precision leaves the type of the other columns alone.
            dtype=np.float32,
        )


def most_categories(context: Context) -> int:
    """Return how many columns one categorical column may become."""
    columns = min(MOST_COLUMNS, MOST_CELLS / max(context.shape.n_rows, 1))
    return int(min(max(columns / max(len(context.columns), 1), 8), 255))
