"""Base class of components that leave the data unchanged."""

from __future__ import annotations

from collections.abc import Mapping

from autoskl.components.component import Component, Context
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space.space import Space


class Passthrough(Component):
    """A component of any role but the model's that adds no pipeline step."""

    def parameters(self, task: Task) -> Space:
        """Return no hyperparameters."""
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> str:
        """Return ``"passthrough"``."""
        return "passthrough"
