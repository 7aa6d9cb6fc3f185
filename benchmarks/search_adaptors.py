"""Adaptors of autoskl's optimizers for ``searchbench.py``: full fidelity and multi-fidelity.

That search benchmark is kept outside this repository.
"""

from __future__ import annotations

from typing import Any

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Ladder, geometric_ladder
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.registry import optimizer_class
from autoskl.space.conditions import Condition
from autoskl.space.parameters import Parameter, choice, integer, real
from autoskl.space.space import Space

FIDELITIES = geometric_ladder(1 / 27 - 1e-9, eta=3.0)


def space_from(dicts: list[dict[str, Any]]) -> Space:
    """Return the space that searchbench describes as plain Python."""
    parameters: list[Parameter] = []
    conditions: list[Condition] = []
    for p in dicts:
        if p["type"] == "cat":
            parameters.append(choice(p["name"], p["choices"]))
        else:
            number = integer if p["type"] == "int" else real
            parameters.append(number(p["name"], p["low"], p["high"], log=p["log"]))
        conditions += [Condition(p["name"], k, tuple(v)) for k, v in p["when"].items()]
    return Space(parameters, conditions)


class Adaptor:
    """An optimizer of autoskl with the interface of searchbench."""

    optimizer: str = "smac"
    ladder: Ladder = FULL_ONLY

    def __init__(self, space: list[dict[str, Any]], seed: int, budget: int) -> None:
        self.search = self.build(space_from(space), seed)

    def build(self, space: Space, seed: int) -> Optimizer:
        """Return the optimizer."""
        return optimizer_class(self.optimizer)(space, ladder=self.ladder, seed=seed)

    def ask(self) -> tuple[dict[str, Any], float]:
        """Return a configuration and the fraction of the rows to evaluate it on."""
        self.trial = self.search.ask()
        return dict(self.trial.configuration), self.trial.fidelity.rows

    def tell(self, configuration: Configuration, fidelity: float, loss: float) -> None:
        """Report the loss of the last configuration."""
        self.search.tell(self.trial, loss)


def adaptor(name: str, ladder: Ladder = FULL_ONLY) -> type[Adaptor]:
    """Return the adaptor of a registered optimizer."""
    return type(f"Adaptor_{name}", (Adaptor,), {"optimizer": name, "ladder": ladder})


OPTIMIZERS = {
    "autoskl": adaptor("smac"),
    "autoskl-mf": adaptor("multi-fidelity-smac", FIDELITIES),
}
