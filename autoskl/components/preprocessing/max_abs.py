"""Scaling by the maximum absolute value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space


class MaxAbs(Component):
    """Divide by the maximum absolute value, which keeps zeros and does not inflate rare columns.

    References
    ----------
    S. Aksoy, R. M. Haralick. "Feature normalization and likelihood-based similarity measures for
    image retrieval". Pattern Recognition Letters, 2001.
    """

    role = Role.SCALER
    tags = Tags(missing=True, sparse=True)
    weight = 0.2

    def parameters(self, task: Task) -> Space:
        """Return no hyperparameters."""
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `MaxAbsScaler`."""
        from autoskl.components.transformers.clipped_transformers import MaxAbsScaler

        return MaxAbsScaler()
