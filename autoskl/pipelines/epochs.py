"""Which models train in epochs, of which a share is a cheaper fidelity."""

from __future__ import annotations

from autoskl.components.registry import component, components
from autoskl.core.configuration import Configuration
from autoskl.space.space import Space


def has_epochs(configuration: Configuration) -> bool:
    """Whether the model of a configuration can be trained for a share of its epochs."""
    return component(configuration.model).tags.epochs


def all_have_epochs(space: Space) -> bool:
    """Whether all models of a space can be trained for a share of their epochs.

    Otherwise, their losses after a share of the epochs are not comparable.
    """
    choice = space.parameters.get("model")
    names = [str(name) for name in (choice.levels if choice is not None else None) or ()]
    known = components()
    return bool(names) and all(name in known and known[name].tags.epochs for name in names)
