"""Removal of texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Component, Context, Role
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space
from autoskl.tables.columns import Column


class NoText(Component):
    """Drop the texts, if numbers and categories are more informative."""

    role = Role.TEXT
    weight = 0.5

    def parameters(self, task: Task) -> Space:
        """Return no hyperparameters."""
        return Space(())

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return no columns."""
        return ()

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a transformer without output columns."""
        from sklearn.preprocessing import FunctionTransformer

        return FunctionTransformer(_no_columns)


def _no_columns(X: NDArray[Any]) -> NDArray[np.float64]:
    return np.empty((len(X), 0))
