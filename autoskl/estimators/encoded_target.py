"""The encoded target, together with the target as passed by the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from autoskl.core.task import Task


@dataclass(slots=True, eq=False)
class EncodedTarget:
    """A validated target.

    Attributes
    ----------
    y : array-like of shape (n_samples,)
        As passed by the user.
    task : Task
    classes : ndarray of shape (n_classes,) or None
        Labels in the order of their codes; None for regression.
    """

    y: Any
    _codes: NDArray[Any] | None
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

    @property
    def codes(self) -> NDArray[Any]:
        """Class codes, or float values for regression, of shape (n_samples,)."""
        if self._codes is None:
            raise RuntimeError("The codes were released before.")
        return self._codes

    def release_codes(self) -> NDArray[Any]:
        """Return the codes and drop the reference to them, so that the caller can free them."""
        codes, self._codes = self.codes, None
        return codes
