"""Schedules: factors of a hyperparameter as functions of training progress from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

Schedule = Callable[[float], float]


def constant(progress: float) -> float:
    """Return 1."""
    return 1.0


def cosine(progress: float) -> float:
    """Decrease from 1 to 0 along half a cosine."""
    return 0.5 * (1.0 + math.cos(math.pi * progress))


def flat_cosine(progress: float) -> float:
    """Stay at 1 for the first half, then decrease to 0."""
    return cosine(max(0.0, 2.0 * progress - 1.0))


def four_cycles(progress: float) -> float:
    """Rise and fall four times, each cycle twice as long as the one before (coslog4).

    References
    ----------
    D. Holzmüller, L. Grinsztajn, I. Steinwart. "Better by default: Strong pre-tuned MLPs and
    boosted trees on tabular data". NeurIPS, 2024.
    """
    return 0.5 * (1.0 - math.cos(2.0 * math.pi * math.log2(1.0 + 15.0 * progress)))


SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {
        "constant": constant,
        "cosine": cosine,
        "flat_cosine": flat_cosine,
        "four_cycles": four_cycles,
    }
)
"""Schedules by name."""
