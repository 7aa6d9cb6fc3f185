"""Class weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real


class ClassWeight(Component):
    """Weight rows by the rarity of their class, for metrics that average over classes.

    References
    ----------
    G. King, L. Zeng. "Logistic regression in rare events data". Political Analysis, 2001.
    """

    role = Role.BALANCING
    tags = Tags(tasks=frozenset({Task.BINARY, Task.MULTICLASS}), missing=True, sparse=True)

    def parameters(self, task: Task) -> Space:
        """Return the strength: 1 gives all classes the same total weight."""
        return Space([real("strength", 0.25, 1.0, 1.0)])

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `ClassWeights`, which computes sample weights and is not a pipeline step."""
        from autoskl.components.fitting.class_weights import ClassWeights

        arguments: dict[str, Any] = dict(values)
        return ClassWeights(**arguments)
