"""Ask/tell optimizers; they know search spaces, never data or models."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autoskl.optimizers.asha import ASHA
    from autoskl.optimizers.bohb import BOHB
    from autoskl.optimizers.configuration_mapping import map_configuration
    from autoskl.optimizers.differential_evolution import DifferentialEvolution
    from autoskl.optimizers.earlier_results import WarmStart, warm_start
    from autoskl.optimizers.grid_search import GridSearch
    from autoskl.optimizers.hyperband import Hyperband
    from autoskl.optimizers.hyperband_smac import HyperbandSMAC
    from autoskl.optimizers.multi_fidelity_smac import MultiFidelitySMAC
    from autoskl.optimizers.optimizer import Optimizer
    from autoskl.optimizers.optuna_search import (
        OptunaCMAES,
        OptunaGP,
        OptunaNSGA2,
        OptunaSearch,
        OptunaTPE,
    )
    from autoskl.optimizers.particle_swarm import ParticleSwarm
    from autoskl.optimizers.priorband import PriorBand
    from autoskl.optimizers.random_search import RandomSearch
    from autoskl.optimizers.registry import OPTIMIZER_NAMES, optimizer_class
    from autoskl.optimizers.regularized_evolution import RegularizedEvolution
    from autoskl.optimizers.smac import SMAC
    from autoskl.optimizers.successive_halving import SuccessiveHalving
    from autoskl.optimizers.tpe import TPE
    from autoskl.optimizers.warm_started import WarmStarted

__all__ = [
    "ASHA",
    "BOHB",
    "OPTIMIZER_NAMES",
    "SMAC",
    "TPE",
    "DifferentialEvolution",
    "GridSearch",
    "Hyperband",
    "HyperbandSMAC",
    "MultiFidelitySMAC",
    "Optimizer",
    "OptunaCMAES",
    "OptunaGP",
    "OptunaNSGA2",
    "OptunaSearch",
    "OptunaTPE",
    "ParticleSwarm",
    "PriorBand",
    "RandomSearch",
    "RegularizedEvolution",
    "SuccessiveHalving",
    "WarmStart",
    "WarmStarted",
    "map_configuration",
    "optimizer_class",
    "warm_start",
]

_MODULES = {
    "ASHA": "asha",
    "BOHB": "bohb",
    "OPTIMIZER_NAMES": "registry",
    "SMAC": "smac",
    "TPE": "tpe",
    "DifferentialEvolution": "differential_evolution",
    "GridSearch": "grid_search",
    "Hyperband": "hyperband",
    "HyperbandSMAC": "hyperband_smac",
    "MultiFidelitySMAC": "multi_fidelity_smac",
    "Optimizer": "optimizer",
    "OptunaCMAES": "optuna_search",
    "OptunaGP": "optuna_search",
    "OptunaNSGA2": "optuna_search",
    "OptunaSearch": "optuna_search",
    "OptunaTPE": "optuna_search",
    "ParticleSwarm": "particle_swarm",
    "PriorBand": "priorband",
    "RandomSearch": "random_search",
    "RegularizedEvolution": "regularized_evolution",
    "SuccessiveHalving": "successive_halving",
    "WarmStart": "earlier_results",
    "WarmStarted": "warm_started",
    "map_configuration": "configuration_mapping",
    "optimizer_class": "registry",
    "warm_start": "earlier_results",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use, as a search needs few of them."""
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
