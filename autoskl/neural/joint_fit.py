"""Fit estimators that differ in rows and seed only: their networks are trained together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.seeds import derive_seed
from autoskl.neural.devices import resolve_device, threads, within_memory
from autoskl.neural.distinct_rows import Rows, distinct
from autoskl.neural.fitted_network import FittedNetwork
from autoskl.neural.layers import Stack, join
from autoskl.neural.recipe import Recipe, Trained, stack
from autoskl.neural.row_coding import Layout, RowCoder, layout_of
from autoskl.neural.targets import Classes, Target

_BEGIN_ROWS = 4096
"""Training rows on which layers begin, at most."""

Targets = Callable[[Sequence[Rows]], Sequence[Target]]
"""From the training rows of all networks to what each of them learns."""

Stop = Callable[[NDArray[np.float64]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What an estimator says of its networks.

    Attributes
    ----------
    network : callable
        From (layout, number of outputs) to a network.
    recipe : callable
        From the number of training rows to how it is trained.
    scaling : str
        See `RowCoder`.
    categorical : tuple of int
    max_one_hot : int
    """

    network: Callable[[Layout, int], Stack]
    recipe: Callable[[int], Recipe]
    scaling: str
    categorical: tuple[int, ...]
    max_one_hot: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Part:
    """Rows of one network.

    Attributes
    ----------
    train : Rows
    held_out : Rows or None
        By which the best epoch is chosen; either all parts have such rows or none.
    seed : int
    """

    train: Rows
    held_out: Rows | None
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and until when: no hyperparameters.

    Attributes
    ----------
    device : str
        See `resolve_device`.
    threads : int or None
        None leaves what torch chooses.
    deadline : float or None
        Moment of `time.monotonic` at which training should have ended by itself.
    steps : int or None
        Steps of an epoch; None for whole mini-batches of the mean number of rows.
    """

    device: str = "cpu"
    threads: int | None = None
    deadline: float | None = None
    steps: int | None = None


def train_together(
    design: Design,
    parts: Sequence[Part],
    targets: Targets,
    place: Place,
    stop: Stop = lambda curve: False,
) -> tuple[list[FittedNetwork], Trained]:
    """Train a network on each part, all together.

    Parameters
    ----------
    design : Design
    parts : sequence of Part
    targets : callable
        From the training rows of all parts to what each network learns.
    place : Place
    stop : callable, default=never
        See `Trainer.train`.

    Returns
    -------
    list of FittedNetwork
        One for each part, of the same epoch.
    Trained
        The curve and the epoch.
    """
    trains = [distinct(part.train) for part in parts]
    learned = targets(trains)
    layout = layout_of(trains, design.categorical, design.max_one_hot)
    coders = [RowCoder(layout, design.scaling).fit(rows) for rows in trains]
    rows = stack([_coded(*each) for each in zip(coders, learned, trains, strict=True)])
    held = [p.held_out for p in parts if p.held_out is not None and len(p.held_out)]
    held_out = None
    if len(held) == len(parts):
        held_out = stack([_coded(*each) for each in zip(coders, learned, held, strict=True)])
    network = design.network(layout, learned[0].n_outputs)
    begun = [
        network.begin(np.random.default_rng(part.seed), rows.X[i : i + 1, : min(n, _BEGIN_ROWS)])
        for i, (part, n) in enumerate(zip(parts, rows.counts, strict=True))
    ]
    recipe = design.recipe(int(np.mean(rows.counts)))
    if isinstance(learned[0], Classes) and learned[0].n_outputs == 1:
        recipe = replace(recipe, n_epochs=0)  # there is nothing to tell apart
    seeds = [derive_seed(part.seed, "batches") for part in parts]

    def run(device: str, batch_size: int) -> Trained:
        from autoskl.neural.trainer import Trainer

        smaller = replace(recipe, batch_size=batch_size)
        trainer = Trainer(network, join(begun), smaller, rows, held_out, seeds, device, place.steps)
        return trainer.train(place.deadline, stop)

    with threads(place.threads):
        trained = within_memory(run, resolve_device(place.device), recipe.batch_size)
    fitted = [
        FittedNetwork(
            coders[i], network, {n: v[i : i + 1] for n, v in trained.parameters.items()}, learned[i]
        )
        for i in range(len(parts))
    ]
    return fitted, trained


def _coded(
    coder: RowCoder, target: Target, rows: Rows
) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[np.float64]]:
    y, weight = target.code(rows)
    return coder.transform(rows.X), y, weight
