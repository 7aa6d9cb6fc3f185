"""What is asked: a configuration at a fidelity, and the part of it that one worker is handed."""

from __future__ import annotations

from dataclasses import dataclass

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL, Fidelity


@dataclass(frozen=True, slots=True)
class Trial:
    """A configuration on a share of the rows and epochs; racing adds its folds one by one.

    Attributes
    ----------
    number : int
        Position in the order in which trials were asked, from 0.
    configuration : Configuration
    fidelity : Fidelity
    origin : str
        Who proposed it: ``"constant"``, ``"portfolio"`` or the name of an optimizer.
    """

    number: int
    configuration: Configuration
    fidelity: Fidelity = FULL
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A trial on some of its folds: what a worker is handed.

    Attributes
    ----------
    trial : Trial
    folds : tuple of int
        One fold for most families; all folds at once for components tagged ``all_folds``.
    to_beat : float or None
        Where the mean learning curve of the folds must be expected to end below, or the training is
        stopped; None lets every training come to its end.
    """

    trial: Trial
    folds: tuple[int, ...]
    to_beat: float | None = None
