"""Scaling to the range from 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space


class MinMax(Component):
    """Map the range of each column to [0, 1], and clip new values outside it.

    References
    ----------
    S. Aksoy, R. M. Haralick. "Feature normalization and likelihood-based similarity measures for
    image retrieval". Pattern Recognition Letters, 2001.
    """

    role = Role.SCALER
    tags = Tags(missing=True)
    weight = 0.4

    def parameters(self, task: Task) -> Space:
        """Return no hyperparameters."""
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `MinMaxScaler`."""
        from sklearn.preprocessing import MinMaxScaler

        return MinMaxScaler(clip=True)
