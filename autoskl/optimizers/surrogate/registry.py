"""Surrogate models by name."""

from __future__ import annotations

from functools import partial

from autoskl.optimizers.surrogate.forest import Forest
from autoskl.optimizers.surrogate.gaussian_process import GaussianProcess
from autoskl.optimizers.surrogate.surrogate import SurrogateFactory

SURROGATES = ("forest", "gaussian-process")


def surrogate_factory(name: str, seed: int) -> SurrogateFactory:
    """Return the factory of a surrogate; ValueError for an unknown name."""
    if name == "gaussian-process":
        return GaussianProcess
    if name == "forest":
        return partial(Forest, seed=seed)
    raise ValueError(f"surrogate must be one of {', '.join(map(repr, SURROGATES))}. Got {name!r}.")
