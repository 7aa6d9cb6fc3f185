"""Columns on their own scales."""

from __future__ import annotations

from collections.abc import Mapping

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space


class NoScaling(Component):
    """Leave the columns alone, for tables whose columns share one scale already.

    References
    ----------
    G. W. Milligan, M. C. Cooper. "A study of standardization of variables in cluster analysis".
    Journal of Classification, 1988.
    """

    role = Role.SCALER
    tags = Tags(missing=True, sparse=True)
    weight = 0.3

    def parameters(self, task: Task) -> Space:
        """Return no hyperparameters."""
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> str:
        """Return ``"passthrough"``."""
        return "passthrough"
