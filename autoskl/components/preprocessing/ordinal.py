"""Ordinal encoding of categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer
from autoskl.tables.columns import Column, Kind


class Ordinal(Component):
    """Number the categories; rare ones share a number, missing and unseen ones become -1.

    References
    ----------
    M. N. Wright, I. R. König. "Splitting on categorical predictors in random forests". PeerJ, 2019.
    """

    role = Role.ENCODER
    tags = Tags(missing=True, weights=False)
    weight = 1.5

    def parameters(self, task: Task) -> Space:
        """Return the minimum number of rows of a category with its own number."""
        return Space([integer("min_frequency", 1, 100, 1, log=True)])

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns without missing values."""
        return tuple(
            replace(column, kind=Kind.ORDINAL, has_missing=False) for column in context.columns
        )

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an `OrdinalEncoder`."""
        import numpy as np
        from sklearn.preprocessing import OrdinalEncoder

        return OrdinalEncoder(
            min_frequency=values["min_frequency"],
            handle_unknown="use_encoded_value",
            unknown_value=-1,
            encoded_missing_value=-1,
            dtype=np.float32,
        )
