"""Rare classes that weigh more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, real


class ClassWeight(Component):
    """Weigh rows by how rare their class is, for metrics that count classes and not rows.

    References
    ----------
    G. King, L. Zeng. "Logistic regression in rare events data". Political Analysis, 2001.
    """

    role = Role.BALANCING
    tags = Tags(tasks=frozenset({Task.BINARY, Task.MULTICLASS}), missing=True, sparse=True)

    def parameters(self, task: Task) -> Space:
        """Return the power of a class's rarity: 1 makes all classes weigh the same."""
        return Space([real("strength", 0.25, 1.0, 1.0)])

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return a `ClassWeights`, which is no step of a pipeline but gives weights."""
        from autoskl.components.learners.class_weights import ClassWeights

        arguments: dict[str, Any] = dict(values)
        return ClassWeights(**arguments)
