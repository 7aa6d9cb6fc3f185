"""Optimizers by name."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

from autoskl.optimizers.optimizer import Optimizer

_CLASSES = {
    "asha": ("asha", "ASHA"),
    "bohb": ("bohb", "BOHB"),
    "differential-evolution": ("differential_evolution", "DifferentialEvolution"),
    "evolution": ("regularized_evolution", "RegularizedEvolution"),
    "grid": ("grid_search", "GridSearch"),
    "hyperband": ("hyperband", "Hyperband"),
    "hyperband-smac": ("hyperband_smac", "HyperbandSMAC"),
    "multi-fidelity-smac": ("multi_fidelity_smac", "MultiFidelitySMAC"),
    "optuna:cma-es": ("optuna_search", "OptunaCMAES"),
    "optuna:gp": ("optuna_search", "OptunaGP"),
    "optuna:nsga-ii": ("optuna_search", "OptunaNSGA2"),
    "optuna:tpe": ("optuna_search", "OptunaTPE"),
    "particle-swarm": ("particle_swarm", "ParticleSwarm"),
    "priorband": ("priorband", "PriorBand"),
    "random": ("random_search", "RandomSearch"),
    "smac": ("smac", "SMAC"),
    "successive-halving": ("successive_halving", "SuccessiveHalving"),
    "tpe": ("tpe", "TPE"),
}

OPTIMIZER_NAMES = tuple(sorted(_CLASSES))


def optimizer_class(name: str) -> type[Optimizer]:
    """Return the class of an optimizer.

    Parameters
    ----------
    name : str
        One of `OPTIMIZER_NAMES`.

    Raises
    ------
    ValueError
        For another name; the message has those that come close.
    """
    if name not in _CLASSES:
        close = get_close_matches(str(name), OPTIMIZER_NAMES, n=3, cutoff=0.4)
        known = ", ".join(map(repr, close or OPTIMIZER_NAMES))
        hint = f"Did you mean {known}?" if close else f"There are: {known}."
        raise ValueError(f"There is no optimizer named {name!r}. {hint}")
    module, attribute = _CLASSES[name]
    found: type[Optimizer] = getattr(import_module(f"autoskl.optimizers.{module}"), attribute)
    return found
