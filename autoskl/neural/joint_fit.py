"""Fit estimators that differ in rows and seed only: their networks are trained together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.seeds import derive_seed
from autoskl.neural.devices import resolve_device, threads, within_memory
from autoskl.neural.distinct_rows import Rows, distinct
from autoskl.neural.epoch_choice import Stop
from autoskl.neural.extrapolation import Hopeless, never
from autoskl.neural.fitted_network import FittedNetwork
from autoskl.neural.layers import Stack, join
from autoskl.neural.recipe import OF_EACH, Recipe, Trained, stack
from autoskl.neural.row_coding import Layout, RowCoder, layout_of
from autoskl.neural.side_by_side import side_by_side
from autoskl.neural.targets import Classes, Target

_BEGIN_ROWS = 4096
"""Training rows on which layers begin, at most."""

Targets = Callable[[Sequence[Rows]], Sequence[Target]]
"""From the training rows of all networks to what each of them learns."""


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
    design : int
        Position of its design: parts of one design are the folds of a configuration.
    """

    train: Rows
    held_out: Rows | None
    seed: int
    design: int = 0


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
    epochs : float
        Share of the recipe's epochs; at least one epoch is trained.
    """

    device: str = "cpu"
    threads: int | None = None
    deadline: float | None = None
    steps: int | None = None
    epochs: float = 1.0


def train_together(
    designs: Sequence[Design],
    parts: Sequence[Part],
    targets: Targets,
    place: Place,
    to_beat: float | None = None,
) -> tuple[list[FittedNetwork], Trained]:
    """Train a network on each part, all together.

    Parameters
    ----------
    designs : sequence of Design
        Of networks of the same shape, trained in the same number of steps.
    parts : sequence of Part
    targets : callable
        From the training rows of all parts to what each network learns.
    place : Place
    to_beat : float or None, default=None
        Training is stopped when its mean curve is not expected to get below this loss.

    Returns
    -------
    list of FittedNetwork
        One for each part; those of one design are of the same epoch.
    Trained
        Curves and epochs.

    Raises
    ------
    ValueError
        When the designs do not go together.
    """
    trains = [distinct(part.train) for part in parts]
    learned = targets(trains)
    first = designs[0]
    layout = layout_of(trains, first.categorical, first.max_one_hot)
    coders = [RowCoder(layout, first.scaling).fit(rows) for rows in trains]
    rows = stack([_coded(*each) for each in zip(coders, learned, trains, strict=True)])
    held = [p.held_out for p in parts if p.held_out is not None and len(p.held_out)]
    held_out = None
    if len(held) == len(parts):
        held_out = stack([_coded(*each) for each in zip(coders, learned, held, strict=True)])
    networks = [designs[part.design].network(layout, learned[0].n_outputs) for part in parts]
    joint = side_by_side(networks)
    begun = [
        network.begin(np.random.default_rng(part.seed), rows.X[i : i + 1, : min(n, _BEGIN_ROWS)])
        for i, (network, part, n) in enumerate(zip(networks, parts, rows.counts, strict=True))
    ]
    recipes = _recipes(designs, parts, int(np.mean(rows.counts)))
    n_epochs = math.ceil(recipes[0].n_epochs * place.epochs)
    if isinstance(learned[0], Classes) and learned[0].n_outputs == 1:
        n_epochs = 0  # there is nothing to tell apart
    recipes = [replace(recipe, n_epochs=n_epochs) for recipe in recipes]
    stop: Stop = never if to_beat is None else Hopeless(to_beat, n_epochs)
    seeds = [derive_seed(part.seed, "batches") for part in parts]
    groups = [part.design for part in parts]
    paces = [network.paces() for network in networks]

    def run(device: str, batch_size: int) -> Trained:
        from autoskl.neural.trainer import Trainer

        smaller = [replace(recipe, batch_size=batch_size) for recipe in recipes]
        trainer = Trainer(
            joint, paces, join(begun), smaller, rows, held_out, seeds, device, place.steps
        )
        return trainer.train(place.deadline, stop, groups=groups)

    with threads(place.threads):
        trained = within_memory(run, resolve_device(place.device), recipes[0].batch_size)
    fitted = []
    for i, (coder, network, target) in enumerate(zip(coders, networks, learned, strict=True)):
        own = {name: value[i : i + 1] for name, value in trained.parameters.items()}
        fitted.append(FittedNetwork(coder, network, own, target))
    return fitted, trained


def _recipes(designs: Sequence[Design], parts: Sequence[Part], n_rows: int) -> list[Recipe]:
    """Return the recipe of each part; they may differ in what `OF_EACH` names only."""
    recipes = [designs[part.design].recipe(n_rows) for part in parts]
    for each, design in zip(recipes, (designs[part.design] for part in parts), strict=True):
        coding = (design.scaling, design.categorical, design.max_one_hot)
        first = (designs[0].scaling, designs[0].categorical, designs[0].max_one_hot)
        own = {name: getattr(each, name) for name in OF_EACH}
        if replace(recipes[0], **own) != each or coding != first:
            raise ValueError(
                "Networks that are trained together may differ in "
                f"{', '.join(OF_EACH)}, dropout and random_state, but not in what else is said of "
                "training and of the coding of rows. Fit them one after another."
            )
    return recipes


def _coded(
    coder: RowCoder, target: Target, rows: Rows
) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[np.float64]]:
    y, weight = target.code(rows)
    return coder.transform(rows.X), y, weight
