"""The encoded target, together with the target as passed by the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from autoskl.core.task import Task


@dataclass(frozen=True, slots=True, eq=False)
class EncodedTarget:
    """A validated target.

    Attributes
    ----------
    y : array-like of shape (n_samples,)
        As passed by the user.
    codes : ndarray of shape (n_samples,)
        Class codes, or float values for regression.
    task : Task
    classes : ndarray of shape (n_classes,) or None
        Labels in the order of their codes; None for regression.
    """

    y: Any
    codes: NDArray[Any]
    task: Task
    classes: NDArray[Any] | None = None

    @property
    def n_classes(self) -> int:
        """Number of classes, 1 for regression."""
        return 1 if self.classes is None else len(self.classes)

    @property
    def values(self) -> NDArray[Any]:
        """Labels or numbers in a dtype that scikit-learn's splitters accept."""
        return self.codes if self.classes is None else self.classes[self.codes]
