"""Optimizers that ask for trials and are told results; they know spaces, never data or models."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autoskl.optimizers.asha import ASHA
    from autoskl.optimizers.hyperband import Hyperband
    from autoskl.optimizers.hyperband_smac import HyperbandSMAC
    from autoskl.optimizers.multi_fidelity_smac import MultiFidelitySMAC
    from autoskl.optimizers.optimizer import Optimizer
    from autoskl.optimizers.random_search import RandomSearch
    from autoskl.optimizers.registry import OPTIMIZER_NAMES, optimizer_class
    from autoskl.optimizers.smac import SMAC
    from autoskl.optimizers.successive_halving import SuccessiveHalving

__all__ = [
    "ASHA",
    "OPTIMIZER_NAMES",
    "SMAC",
    "Hyperband",
    "HyperbandSMAC",
    "MultiFidelitySMAC",
    "Optimizer",
    "RandomSearch",
    "SuccessiveHalving",
    "optimizer_class",
]

_HOMES = {
    "ASHA": "asha",
    "OPTIMIZER_NAMES": "registry",
    "SMAC": "smac",
    "Hyperband": "hyperband",
    "HyperbandSMAC": "hyperband_smac",
    "MultiFidelitySMAC": "multi_fidelity_smac",
    "Optimizer": "optimizer",
    "RandomSearch": "random_search",
    "SuccessiveHalving": "successive_halving",
    "optimizer_class": "registry",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
