"""The interface of surrogate models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from autoskl.optimizers.surrogate.features import Features

Vector = NDArray[np.float64]
Numbers = NDArray[np.intp]


class Surrogate(Protocol):
    """A regression model that quantifies its uncertainty."""

    def fit(self, features: Features, measured: Vector, numbers: Numbers) -> None:
        """Learn all results, given with the ascending numbers of their trials."""

    def assume(
        self, features: Features, targets: Vector | None = None, weight: float = 1.0
    ) -> None:
        """Add assumed results until the next fit; by default, the model chooses the targets."""

    def predict(self, features: Features) -> tuple[Vector, Vector]:
        """Return mean and standard deviation."""

    def draw(self, rng: np.random.Generator) -> Callable[[Features], Vector]:
        """Return a function drawn from the posterior distribution."""


SurrogateFactory = Callable[[Callable[[Vector], Vector]], Surrogate]
"""Makes a surrogate from the transform that maps measured values to the modelled scale."""
