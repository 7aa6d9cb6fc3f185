"""One network that computes several of the same shape, whose dropout rates may differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import starmap
from typing import Any

from autoskl.neural.layers import Activation, Dropout, FeatureScaling, Layer, Linear, Stack

_WITH_RATE_FACTOR = (Activation, Linear, FeatureScaling)
"""Layers with a learning-rate factor, which does not change what they compute."""


def stack_networks(networks: Sequence[Stack]) -> Stack:
    """Return one network that computes each of them on its own inputs.

    Parameters
    ----------
    networks : sequence of Stack
        One per index of the leading dimension.

    Raises
    ------
    ValueError
        If they differ in more than dropout and learning rates.
    """
    first = networks[0]
    if all(network is first or network == first for network in networks):
        return first
    if len({len(network.layers) for network in networks}) > 1:
        raise ValueError(_message("number of layers", [len(n.layers) for n in networks]))
    columns = zip(*(network.layers for network in networks), strict=True)
    return Stack(tuple(starmap(_stack_layer, columns)))


def _stack_layer(*layers: Layer) -> Layer:
    first = layers[0]
    if all(layer == first for layer in layers):
        return first
    if all(isinstance(layer, Dropout) for layer in layers):
        return Dropout(tuple(layer.rate for layer in layers))  # type: ignore[attr-defined]
    plain = [_without_rate_factor(layer) for layer in layers]
    if any(layer != plain[0] for layer in plain):
        raise ValueError(_message("layers", layers))
    return first


def _without_rate_factor(layer: Layer) -> Any:
    return replace(layer, rate_factor=1.0) if isinstance(layer, _WITH_RATE_FACTOR) else layer


def _message(what: str, values: Sequence[Any]) -> str:
    found = " and ".join(dict.fromkeys(map(str, values)))
    return (
        f"Networks that are trained together must have the same {what}. Got {found}. "
        "Fit them one after another."
    )
