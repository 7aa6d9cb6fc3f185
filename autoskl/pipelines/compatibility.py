"""Which components can be combined, and which is the default."""

from __future__ import annotations

from collections.abc import Mapping

from autoskl.components.component import Component, Role


def is_compatible(step: Component, model: Component) -> bool:
    """Whether a model can use the output of an encoder or of a text step.

    Unchanged category codes require a model that accepts categories. Ordinal codes have no
    meaningful scale, so models that benefit from scaling require other encoders. Unchanged texts
    require a model that accepts texts.
    """
    if step.role is Role.TEXT:
        return model.tags.text or not step.tags.text
    if step.tags.categorical:
        return model.tags.categorical
    return step.tags.scaling or not model.tags.scaling


def likeliest(entries: Mapping[str, Component]) -> str:
    """Return the name of the component with the largest prior weight, the first if tied."""
    return max(entries, key=lambda name: entries[name].weight)
