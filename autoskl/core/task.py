"""The kind of prediction problem."""

from __future__ import annotations

from enum import StrEnum


class Task(StrEnum):
    """Kind of target."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"

    @property
    def is_classification(self) -> bool:
        """Whether the target is a class label."""
        return self is not Task.REGRESSION


CLASSIFICATION = frozenset({Task.BINARY, Task.MULTICLASS})
EVERY_TASK = frozenset(Task)
