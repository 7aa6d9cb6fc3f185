"""Optimizers that ask for trials and are told results; they know spaces, never data or models."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autoskl.optimizers.optimizer import Optimizer
    from autoskl.optimizers.random_search import RandomSearch
    from autoskl.optimizers.registry import OPTIMIZER_NAMES, optimizer_class
    from autoskl.optimizers.smac import SMAC

__all__ = ["OPTIMIZER_NAMES", "SMAC", "Optimizer", "RandomSearch", "optimizer_class"]

_HOMES = {
    "OPTIMIZER_NAMES": "registry",
    "SMAC": "smac",
    "Optimizer": "optimizer",
    "RandomSearch": "random_search",
    "optimizer_class": "registry",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
