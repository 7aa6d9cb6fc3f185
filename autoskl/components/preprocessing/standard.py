"""Standardisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space


class Standard(Component):
    """Subtract the weighted mean and divide by the weighted standard deviation.

    Sparse columns are not centred, as they would become dense.

    References
    ----------
    Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller. "Efficient BackProp". In: Neural Networks: Tricks
    of the Trade, Springer, 1998.
    """

    role = Role.SCALER
    tags = Tags(missing=True, sparse=True)
    weight = 2.0

    def parameters(self, task: Task) -> Space:
        """Return no hyperparameters."""
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `StandardScaler`."""
        from autoskl.components.transformers.clipped_transformers import StandardScaler

        return StandardScaler(with_mean=not context.is_sparse)
