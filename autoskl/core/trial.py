"""A configuration at a fidelity, and the part of it that one worker runs."""

from __future__ import annotations

from dataclasses import dataclass

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL, Fidelity

CONSTANT_ORIGIN = "constant"
"""Origin of the constant model, which exists before the search and is none of its proposals."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A configuration at a fidelity; racing adds its folds one by one.

    Attributes
    ----------
    number : int
        Position in the order in which trials were asked for, from 0.
    configuration : Configuration
    fidelity : Fidelity
    origin : str
        What proposed it: ``"constant"``, ``"portfolio"`` or the name of an optimizer.
    """

    number: int
    configuration: Configuration
    fidelity: Fidelity = FULL
    origin: str = ""

    @property
    def is_constant(self) -> bool:
        """Whether this is the constant model that every fit begins with."""
        return self.origin == CONSTANT_ORIGIN


@dataclass(frozen=True, slots=True)
class Unit:
    """A trial on some of its folds: the work submitted to one worker.

    Attributes
    ----------
    trial : Trial
    folds : tuple of int
        One fold for most families; all folds at once for components tagged ``all_folds``.
    to_beat : float or None
        Training stops once it is unlikely to end below this loss; None disables stopping.
    """

    trial: Trial
    folds: tuple[int, ...]
    to_beat: float | None = None
