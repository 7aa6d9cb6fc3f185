"""Trains the networks of several estimators together, for example those of all folds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.mapped_pages import release_pages
from autoskl.core.seeds import derive_seed, generator
from autoskl.neural.devices import resolve_device, threads, within_memory
from autoskl.neural.distinct_rows import Rows, merge_duplicates
from autoskl.neural.extrapolation import ForecastStopper
from autoskl.neural.fitted_network import FittedNetwork
from autoskl.neural.layers import Parameters, Stack, concatenate_parameters
from autoskl.neural.recipe import PER_NETWORK, Recipe, TrainingResult
from autoskl.neural.row_encoding import Layout, RowEncoder, layout_of
from autoskl.neural.stack_networks import stack_networks
from autoskl.neural.stacked_rows import StackedRows, stack_rows
from autoskl.neural.targets import Classes, Target

_MAX_INIT_ROWS = 4096
"""Maximum number of training rows from which layers are initialised."""

Targets = Callable[[Sequence[Rows]], Sequence[Target]]
"""Maps the training rows of all networks to the target of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpec:
    """Specification of an estimator's network and of its training.

    Attributes
    ----------
    network : callable
        Maps (layout, number of outputs) to a network.
    recipe : callable
        Maps the number of training rows to a `Recipe`.
    scaling : {"robust", "normal"}
        See `RowEncoder`.
    categorical : tuple of int
    max_one_hot : int
    """

    network: Callable[[Layout, int], Stack]
    recipe: Callable[[int], Recipe]
    scaling: str
    categorical: tuple[int, ...]
    max_one_hot: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NetworkData:
    """Rows and seed of one network.

    Attributes
    ----------
    train : Rows
    held_out : Rows or None
        Rows that select the best epoch; either all networks have such rows or none.
    seed : int
    spec : int
        Position of its `NetworkSpec`; networks that share one are the folds of a configuration.
    """

    train: Rows
    held_out: Rows | None
    seed: int
    spec: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSettings:
    """Settings of a fit that are not hyperparameters.

    Attributes
    ----------
    device : str
        See `resolve_device`.
    threads : int or None
        None keeps torch's default.
    deadline : float or None
        Time on the monotonic clock, in seconds, by which training should stop by itself.
    steps : int or None
        Steps per epoch; None for the whole mini-batches in the mean number of rows.
    epochs : float
        Fraction of the recipe's epochs to train for, rounded up.
    """

    device: str = "cpu"
    threads: int | None = None
    deadline: float | None = None
    steps: int | None = None
    epochs: float = 1.0


def train_together(
    specs: Sequence[NetworkSpec],
    data: Sequence[NetworkData],
    targets: Targets,
    settings: FitSettings,
    to_beat: float | None = None,
) -> tuple[list[FittedNetwork], TrainingResult]:
    """Train one network per data set, all of them together.

    Parameters
    ----------
    specs : sequence of NetworkSpec
        The networks must have the same shape and be trained for the same number of steps.
    data : sequence of NetworkData
    targets : callable
        Maps the training rows of all networks to the target of each.
    settings : FitSettings
    to_beat : float or None, default=None
        Training is stopped once its mean learning curve is unlikely to fall below this loss.

    Returns
    -------
    list of FittedNetwork
        One per data set; networks that share a specification come from the same epoch. Without any
        epoch they predict the same for all rows: the shares of the classes or the mean.
    TrainingResult
        Learning curves and best epochs.

    Raises
    ------
    ValueError
        If the specifications cannot be trained together.
    OptionalDependencyError
        If torch is not installed.
    """
    device = resolve_device(settings.device)
    trains = [merge_duplicates(each.train) for each in data]
    learned = targets(trains)
    first = specs[0]
    layout = layout_of(trains, first.categorical, first.max_one_hot)
    encoders = [RowEncoder(layout, first.scaling).fit(rows) for rows in trains]
    rows = stack_rows([_encode(*each) for each in zip(encoders, learned, trains, strict=True)])
    held = [each.held_out for each in data if each.held_out is not None and len(each.held_out)]
    held_out = None
    if len(held) == len(data):
        held_out = stack_rows(
            [_encode(*each) for each in zip(encoders, learned, held, strict=True)]
        )
    for each in data:
        release_pages(each.train.X)
    networks = [specs[each.spec].network(layout, learned[0].n_outputs) for each in data]
    joint, parameters = stack_networks(networks), _initial_parameters(networks, data, rows)
    recipes = _recipes(specs, data, int(np.mean(rows.counts)))
    n_epochs = math.ceil(recipes[0].n_epochs * settings.epochs)
    if isinstance(learned[0], Classes) and learned[0].n_outputs == 1:
        n_epochs = 0  # a single class: nothing to learn
    recipes = [replace(recipe, n_epochs=n_epochs) for recipe in recipes]
    stop = None if to_beat is None else ForecastStopper(to_beat, n_epochs)

    def run(device: str, batch_size: int) -> TrainingResult:
        from autoskl.neural.trainer import Trainer

        smaller = [replace(recipe, batch_size=batch_size) for recipe in recipes]
        trainer = Trainer(
            joint,
            parameters=parameters,
            parameter_groups=[network.parameter_groups() for network in networks],
            recipes=smaller,
            rows=rows,
            held_out=held_out,
            seeds=[derive_seed(each.seed, "batches") for each in data],
            device=device,
            steps=settings.steps,
        )
        return trainer.train(settings.deadline, stop, groups=[each.spec for each in data])

    with threads(settings.threads):
        trained = within_memory(run, device, recipes[0].batch_size)
    fitted = []
    for i, (encoder, network, target) in enumerate(zip(encoders, networks, learned, strict=True)):
        own = {name: value[i : i + 1] for name, value in trained.parameters.items()}
        if trained.best_epochs[i] == 0:  # initial weights would predict noise
            own = network.with_constant_outputs(own, target.constant(trains[i]))
        fitted.append(FittedNetwork(encoder, network, own, target))
    return fitted, trained


def _initial_parameters(
    networks: Sequence[Stack], data: Sequence[NetworkData], rows: StackedRows
) -> Parameters:
    return concatenate_parameters(
        [
            network.init_parameters(
                np.random.default_rng(each.seed), _sample(rows.X[i, :n], each.seed)[np.newaxis]
            )
            for i, (network, each, n) in enumerate(zip(networks, data, rows.counts, strict=True))
        ]
    )


def _sample(X: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Return a random part of many rows, which are sorted by their values."""
    if len(X) <= _MAX_INIT_ROWS:
        return X
    chosen = generator(seed, "initial rows").choice(len(X), _MAX_INIT_ROWS, replace=False)
    return X[np.sort(chosen)]


def _recipes(
    specs: Sequence[NetworkSpec], data: Sequence[NetworkData], n_rows: int
) -> list[Recipe]:
    """Return the recipe of each network; they may differ only in `PER_NETWORK`."""
    recipes = [specs[each.spec].recipe(n_rows) for each in data]
    for each, spec in zip(recipes, (specs[network.spec] for network in data), strict=True):
        coding = (spec.scaling, spec.categorical, spec.max_one_hot)
        first = (specs[0].scaling, specs[0].categorical, specs[0].max_one_hot)
        own = {name: getattr(each, name) for name in PER_NETWORK}
        if replace(recipes[0], **own) != each or coding != first:
            raise ValueError(
                "Networks that are trained together may differ only in "
                f"{', '.join(PER_NETWORK)}, dropout and random_state, not in other training or "
                "encoding parameters. Fit them one after another."
            )
    return recipes


def _encode(
    encoder: RowEncoder, target: Target, rows: Rows
) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[np.float64]]:
    y, weight = target.encode(rows)
    return encoder.transform(rows.X), y, weight
