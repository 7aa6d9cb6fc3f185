"""Robust scaling with smooth clipping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real


class Robust(Component):
    """Subtract the median, divide by a quantile range and clip outliers smoothly.

    References
    ----------
    D. Holzmüller, L. Grinsztajn, I. Steinwart. "Better by default: Strong pre-tuned MLPs and
    boosted trees on tabular data". NeurIPS, 2024.
    """

    role = Role.SCALER
    tags = Tags()

    def parameters(self, task: Task) -> Space:
        """Return the tail probability of the quantile range, and the limit of outliers."""
        return Space([real("tail", 0.05, 0.3, 0.25), real("limit", 2.0, 20.0, 3.0, log=True)])

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `SmoothRobustScaler`."""
        from autoskl.components.transformers.robust_scaler import SmoothRobustScaler

        arguments: dict[str, Any] = dict(values)
        return SmoothRobustScaler(**arguments)
