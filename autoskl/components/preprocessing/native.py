"""Categories as they are."""

from __future__ import annotations

from collections.abc import Mapping

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space


class Native(Component):
    """Leave the codes alone, for models that split them into sets of categories by themselves.

    References
    ----------
    W. D. Fisher. "On grouping for maximum homogeneity". Journal of the American Statistical
    Association, 1958.
    """

    role = Role.ENCODER
    tags = Tags(missing=True, categorical=True)
    weight = 2.0

    def parameters(self, task: Task) -> Space:
        """Return no hyperparameters."""
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> str:
        """Return ``"passthrough"``."""
        return "passthrough"
