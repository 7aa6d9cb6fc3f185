"""Which models train for epochs, so that a share of these is a cheaper look at them."""

from __future__ import annotations

from autoskl.components.registry import component, components
from autoskl.core.configuration import Configuration
from autoskl.space.space import Space


def has_epochs(configuration: Configuration) -> bool:
    """Return whether the model of a configuration can be trained for a share of its epochs."""
    return component(str(configuration["model"])).tags.epochs


def all_have_epochs(space: Space) -> bool:
    """Return whether every model of a space can be trained for a share of its epochs.

    Only then does a share of the epochs mean the same for all, and their losses can be compared.
    """
    choice = space.parameters.get("model")
    names = [str(name) for name in (choice.levels if choice is not None else None) or ()]
    known = components()
    return bool(names) and all(name in known and known[name].tags.epochs for name in names)
