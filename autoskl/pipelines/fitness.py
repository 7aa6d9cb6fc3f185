"""Which components go together."""

from __future__ import annotations

from collections.abc import Mapping

from autoskl.components.component import Component, Role


def suits(encoder: Component, model: Component) -> bool:
    """Whether a model can make good use of what an encoder, or a step for texts, gives.

    Codes left as categories are for models that take categories; codes as numbers have no scale,
    so that models that gain from scaling get encoders that give one. Texts left as they are are
    for models that take texts.
    """
    if encoder.role is Role.TEXT:
        return model.tags.text or not encoder.tags.text
    if encoder.tags.categorical:
        return model.tags.categorical
    return encoder.tags.scaling or not model.tags.scaling


def likeliest(entries: Mapping[str, Component]) -> str:
    """Return the name with the largest prior weight, the first of equals."""
    return max(entries, key=lambda name: entries[name].weight)
