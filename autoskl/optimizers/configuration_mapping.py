"""Mapping of configurations to another space that overlaps with their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autoskl.core.configuration import Configuration, Value
from autoskl.space.space import Space


@dataclass(frozen=True, slots=True)
class MappedConfiguration:
    """A configuration mapped to another space.

    Attributes
    ----------
    configuration : Configuration or None
        None if it cannot be mapped.
    reasons : tuple of str
        Messages that say what was changed, or why it cannot be mapped.
    is_exact : bool
        Whether nothing was changed, so that it is the same pipeline.
    """

    configuration: Configuration | None
    reasons: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether nothing was changed."""
        return self.configuration is not None and not self.reasons


def map_configuration(values: Mapping[str, Value], space: Space) -> MappedConfiguration:
    """Map a configuration of another space to this space.

    Hyperparameters that this space lacks are dropped, and new ones get their defaults. An invalid
    value is replaced by the default, unless the hyperparameter activates others (such as the choice
    of an algorithm): then the configuration cannot be mapped.

    Parameters
    ----------
    values : mapping of str to value
    space : Space
    """
    kept: dict[str, Value] = {}
    reasons: list[str] = []
    parents = {condition.parent for condition in space.conditions}
    for name, value in values.items():
        if name not in space:
            reasons.append(f"the space has no {name!r}")
            continue
        try:
            kept[name] = space.parameters[name].check(value)
        except ValueError:
            reasons.append(f"{name!r} cannot be {value!r}")
            if name in parents:
                return MappedConfiguration(None, tuple(reasons))
    try:
        configuration = space.complete(kept)
    except ValueError:
        return MappedConfiguration(None, (*reasons, "the combination is forbidden"))
    reasons += [f"{name!r} is new" for name in configuration if name not in values]
    inactive = [name for name in kept if name not in configuration]
    reasons += [f"{name!r} is inactive" for name in inactive]
    return MappedConfiguration(configuration if kept else None, tuple(reasons))
