"""Networks of one shape whose dropout differs, as one that is computed for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import starmap
from typing import Any

from autoskl.neural.layers import Activation, Dropout, Layer, Linear, Scale, Stack

_RATED = (Activation, Linear, Scale)
"""Layers with a learning rate, which is no part of what they compute."""


def side_by_side(networks: Sequence[Stack]) -> Stack:
    """Return one network that computes what each of them does for its own inputs.

    Parameters
    ----------
    networks : sequence of Stack
        One for each index of the leading dimension.

    Raises
    ------
    ValueError
        When they differ in more than dropout and learning rates.
    """
    first = networks[0]
    if all(network is first or network == first for network in networks):
        return first
    if len({len(network.layers) for network in networks}) > 1:
        raise ValueError(_differing("number of layers", [len(n.layers) for n in networks]))
    columns = zip(*(network.layers for network in networks), strict=True)
    return Stack(tuple(starmap(_layer, columns)))


def _layer(*layers: Layer) -> Layer:
    first = layers[0]
    if all(layer == first for layer in layers):
        return first
    if all(isinstance(layer, Dropout) for layer in layers):
        return Dropout(tuple(layer.rate for layer in layers))  # type: ignore[attr-defined]
    plain = [_without_rate(layer) for layer in layers]
    if any(layer != plain[0] for layer in plain):
        raise ValueError(_differing("layers", layers))
    return first


def _without_rate(layer: Layer) -> Any:
    return replace(layer, rate=1.0) if isinstance(layer, _RATED) else layer


def _differing(what: str, values: Sequence[Any]) -> str:
    found = " and ".join(dict.fromkeys(map(str, values)))
    return (
        f"Networks that are trained together must have the same {what}. Got {found}. "
        "Fit them one after another."
    )
