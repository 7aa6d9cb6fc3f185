"""Surrogate models by name."""

from __future__ import annotations

from functools import partial

from autoskl.optimizers.options import check_name
from autoskl.optimizers.surrogate.forest import Forest
from autoskl.optimizers.surrogate.gaussian_process import GaussianProcess
from autoskl.optimizers.surrogate.surrogate import SurrogateFactory

SURROGATES = ("forest", "gaussian-process")


def surrogate_factory(name: str, seed: int) -> SurrogateFactory:
    """Return the factory of a surrogate; ValueError for an unknown name."""
    if check_name("surrogate", name, SURROGATES) == "forest":
        return partial(Forest, seed=seed)
    return GaussianProcess
