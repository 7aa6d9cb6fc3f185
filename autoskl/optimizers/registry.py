"""Optimizers by name."""

from __future__ import annotations

from importlib import import_module

from autoskl.core.suggestions import did_you_mean
from autoskl.optimizers.optimizer import Optimizer

_CLASSES = {
    "asha": "ASHA",
    "bohb": "BOHB",
    "differential-evolution": "DifferentialEvolution",
    "evolution": "RegularizedEvolution",
    "grid": "GridSearch",
    "hyperband": "Hyperband",
    "hyperband-smac": "HyperbandSMAC",
    "multi-fidelity-smac": "MultiFidelitySMAC",
    "optuna:cma-es": "OptunaCMAES",
    "optuna:gp": "OptunaGP",
    "optuna:nsga-ii": "OptunaNSGA2",
    "optuna:tpe": "OptunaTPE",
    "particle-swarm": "ParticleSwarm",
    "priorband": "PriorBand",
    "random": "RandomSearch",
    "smac": "SMAC",
    "successive-halving": "SuccessiveHalving",
    "tpe": "TPE",
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
        For an unknown name; the message suggests similar ones.
    """
    if name not in _CLASSES:
        advice = did_you_mean(name, OPTIMIZER_NAMES)
        raise ValueError(f"There is no optimizer named {name!r}. {advice}")
    found: type[Optimizer] = getattr(import_module("autoskl.optimizers"), _CLASSES[name])
    return found
