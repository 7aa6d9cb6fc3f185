"""Trials that are not part of the history, for predictions of their cost."""

from __future__ import annotations

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL, Fidelity
from autoskl.core.trial import Trial


def hypothetical_trial(configuration: Configuration, fidelity: Fidelity = FULL) -> Trial:
    """Return a trial without a valid number.

    Parameters
    ----------
    configuration : Configuration
    fidelity : Fidelity, default=FULL
    """
    return Trial(-1, configuration, fidelity)
