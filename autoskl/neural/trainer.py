"""Trains networks of the same shape together: one step of all of them is one step of one.

All arithmetic has a leading dimension, the networks. Each has rows, mini-batches, noise and a seed
of its own, so that it learns what it would learn alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from autoskl.neural.adam import Adam
from autoskl.neural.epoch_choice import EpochChoice, Stop
from autoskl.neural.layers import Pace, Parameters, Stack
from autoskl.neural.objectives import held_out_losses, training_loss
from autoskl.neural.pacing import Pacing
from autoskl.neural.recipe import Recipe, Stacked, Trained, common
from autoskl.neural.schedules import SCHEDULES
from autoskl.neural.tensors import TensorOperations

_BATCHES_AT_ONCE = 2
"""Held-out rows are predicted in blocks of so many batches: without gradients, a block takes less
memory than a step, whatever the network, and where batches are made smaller so are the blocks."""


class Trainer:
    """Networks in training.

    Parameters
    ----------
    network : Stack
        What all of them compute.
    paces : sequence of mapping of str to Pace
        How the parameters of each are trained.
    parameters : dict of str to ndarray
        Initial ones, with the networks as first dimension.
    recipes : sequence of Recipe
        One for each network, that differ in what `recipe.OF_EACH` names only.
    rows : Stacked
    held_out : Stacked or None
        Rows by which the best epoch is chosen.
    seeds : sequence of int
        One for each network.
    device : str
    steps : int or None, default=None
        Steps of an epoch; by default whole mini-batches of the mean number of rows.
    """

    def __init__(
        self,
        network: Stack,
        paces: Sequence[Mapping[str, Pace]],
        parameters: Parameters,
        recipes: Sequence[Recipe],
        rows: Stacked,
        held_out: Stacked | None,
        seeds: Sequence[int],
        device: str = "cpu",
        steps: int | None = None,
    ) -> None:
        self._network, self._recipe, self._device = network, recipes[0], device
        self._rows = _Table(rows, device)
        self._held_out = None if held_out is None else _Table(held_out, device)
        self._generators = [torch.Generator(device).manual_seed(seed) for seed in seeds]
        self._operations = TensorOperations(self._generators)
        self._adam = Adam(parameters, paces, recipes, device)
        self._smoothing = self._smoothing_of([recipe.label_smoothing for recipe in recipes])
        self._reserve = 0.0
        mean = float(np.mean(rows.counts))
        self.n_steps = max(1, int(mean // self._recipe.batch_size)) if steps is None else steps

    def train(
        self,
        deadline: float | None = None,
        stop: Stop = lambda curve: False,
        clock: Callable[[], float] = time.monotonic,
        groups: Sequence[int] | None = None,
    ) -> Trained:
        """Train until the epochs, the patience or the time is over.

        Parameters
        ----------
        deadline : float or None, default=None
            Moment of the clock.
        stop : callable, default=never
            Is shown the mean curve of a group after each epoch, and ends its training if true.
        clock : callable, default=time.monotonic
        groups : sequence of int, default=None
            Group of each network: the folds of a configuration. By default there is one.

        Returns
        -------
        Trained
            Of the epoch with the least mean loss on the held-out rows, the same for all networks
            of a group; of the last epoch when there are none.
        """
        recipe, adam, n_networks = self._recipe, self._adam, len(self._generators)
        pacing = Pacing(recipe.n_epochs, self.n_steps, deadline, clock)
        choice = EpochChoice(groups or [0] * n_networks, recipe.patience, stop)
        if deadline is not None:
            pacing.expect(self._rehearse(pacing, clock))
        best = adam.matrix.clone()
        first = True
        while not choice.is_over and pacing.begin_epoch():
            whole = self._epoch(pacing)
            # The first epoch is judged even if late: all else there is has not been trained.
            losses = self._losses(None if first else pacing)
            if losses is None:
                break
            first = False
            adam.keep(best, choice.learn(losses))
            pacing.end_epoch()
            if not whole:
                break
        return Trained(
            adam.arrays(best),
            [choice.curve(i) for i in range(n_networks)],
            [choice.best_epoch(i) for i in range(n_networks)],
            [choice.was_stopped(i) for i in range(n_networks)],
        )

    def _epoch(self, pacing: Pacing) -> bool:
        """Take the steps of an epoch; return whether there was time for all, and more."""
        operations, recipe = self._operations, self._recipe
        operations.training = True
        index, share = self._batches()
        rate, decay, dropout = (
            SCHEDULES[name]
            for name in (recipe.rate_schedule, recipe.decay_schedule, recipe.dropout_schedule)
        )
        for step in range(self.n_steps):
            progress = pacing.progress
            operations.dropout_factor = dropout(progress)
            X, y, weight = self._rows.take(index[:, step])
            loss = self._loss(self._forward(X), y, weight * share)
            self._adam.step(loss, rate(progress), decay(progress))
            pacing.step()
            if pacing.is_over(self._reserve):
                return False
        return True

    def _loss(self, outputs: Any, y: Any, weight: Any) -> Any:
        return training_loss(self._recipe, outputs, y, weight, self._smoothing)

    def _smoothing_of(self, values: Sequence[float]) -> Any:
        value = common(values)
        if value is not None:
            return value
        return torch.tensor(values, dtype=torch.float32, device=self._device).view(-1, 1, 1)

    def _batches(self) -> tuple[Any, Any]:
        """Draw the mini-batches of an epoch.

        Returns
        -------
        index : tensor of int of shape (n_networks, n_steps, n_batch) or (..., n_members)
        share : tensor of shape (n_networks, n_batch) or (..., 1)
            Factor of each row in the loss: 1 / rows, 0 where a smaller batch is filled up.
        """
        own = () if self._recipe.own_batches is None else (self._recipe.own_batches,)
        counts = self._rows.counts
        sizes = [max(1, count // self.n_steps) for count in counts]
        self._operations.sizes = sizes
        shape = (len(counts), self.n_steps, max(sizes))
        index = torch.zeros((*shape, *own), dtype=torch.int64, device=self._device)
        share = torch.zeros((shape[0], shape[2]), device=self._device)
        for i, (count, size) in enumerate(zip(counts, sizes, strict=True)):
            order, wanted = self._order(i, own), self.n_steps * size
            drawn = torch.cat([order] * -(-wanted // count))[:wanted]
            index[i, :, :size] = drawn.view(self.n_steps, size, *own)
            share[i, :size] = 1.0 / size
        return index, share[..., None] if own else share

    def _order(self, network: int, own: tuple[int, ...]) -> Any:
        """Draw an order of the rows of a network: one, or one for each member."""
        count = self._rows.counts[network]
        drawing = {"generator": self._generators[network], "device": self._device}
        if own:
            return torch.rand((count, *own), **drawing).argsort(dim=0)
        return torch.randperm(count, **drawing)

    def _losses(self, pacing: Pacing | None) -> NDArray[np.float64] | None:
        """Mean loss of each network on its held-out rows; None if time runs out before the end."""
        table = self._held_out
        if table is None:
            return np.empty(0)
        total = torch.zeros(len(table.counts), device=self._device)
        for block in self._blocks(table):
            if pacing is not None and pacing.is_over():
                return None
            total += self._sums(table, block)
        means: NDArray[np.float64] = total.double().cpu().numpy() / np.asarray(table.counts)
        return means

    def _blocks(self, table: _Table) -> list[slice]:
        """Return the parts of the held-out rows that are predicted at once."""
        size = _BATCHES_AT_ONCE * self._recipe.batch_size
        return [slice(start, start + size) for start in range(0, table.n_rows, size)]

    def _sums(self, table: _Table, block: slice) -> Any:
        """Sum of the losses of each network over a block of rows."""
        self._operations.training = False
        with torch.no_grad():
            outputs = self._forward(table.X[:, block])
            losses = held_out_losses(self._recipe.selection, outputs, table.y[:, block])
            return (losses * table.weight[:, block]).sum(dim=1)

    def _forward(self, X: Any) -> Any:
        outputs = self._network.forward(self._operations, self._adam.parameters, X)
        return outputs[:, :, None] if outputs.dim() == 3 else outputs

    def _rehearse(self, pacing: Pacing, clock: Callable[[], float]) -> float:
        """Measure steps that change nothing, and return the least seconds of an epoch.

        They are no more than is needed to see that time is short.
        """
        seconds = self._seconds_of_steps(pacing, clock)
        table = self._held_out
        if table is not None and not pacing.is_over(seconds):
            first, *others = self._blocks(table)
            block = _quickest(lambda: self._sums(table, first).cpu(), clock)
            self._reserve = block * (1 + len(others))
        return seconds + self._reserve

    def _seconds_of_steps(self, pacing: Pacing, clock: Callable[[], float]) -> float:
        matrix = self._adam.matrix.clone()
        states = [generator.get_state() for generator in self._generators]
        index, _ = self._batches()
        index = index[:, 0, : min(self._recipe.batch_size, min(self._rows.counts))]
        self._operations.training, self._operations.sizes = True, None
        seconds = 0.0
        for part in (8, 1):
            # A step takes at least as long as one with a part of the rows.
            if not pacing.is_over(seconds):
                rows = index[:, : -(-index.shape[1] // part)]
                step = _quickest(partial(self._trial_step, rows), clock)
                seconds = 1.2 * step * self.n_steps
        for generator, state in zip(self._generators, states, strict=True):
            generator.set_state(state)
        self._adam.matrix.copy_(matrix)  # layers may follow the rows that they see
        return seconds

    def _trial_step(self, index: Any) -> None:
        X, y, weight = self._rows.take(index)
        # What the optimizer adds is small, and would change the parameters.
        gradients = self._adam.gradients(self._loss(self._forward(X), y, weight))
        gradients[0].flatten()[0].item()  # waits for a GPU


def _quickest(action: Callable[[], Any], clock: Callable[[], float]) -> float:
    """Return the seconds of the quicker of two runs; in the first, some things are done once."""
    seconds = []
    for _ in range(2):
        start = clock()
        action()
        seconds.append(clock() - start)
    return min(seconds)


class _Table:
    """Rows on the device."""

    def __init__(self, rows: Stacked, device: str) -> None:
        self.X = torch.as_tensor(rows.X, device=device)
        self.y = torch.as_tensor(rows.y, device=device)
        self.weight = torch.as_tensor(rows.weight, device=device)
        self.counts = rows.counts
        networks, self.n_rows, n_columns = self.X.shape
        self._flat = self.X.view(networks * self.n_rows, n_columns)
        self._first = torch.arange(networks, device=device) * self.n_rows

    def take(self, index: Any) -> tuple[Any, Any, Any]:
        """Return rows, targets and weights by positions (n_networks, n_batch, ...)."""
        chosen = (index.flatten(1) + self._first[:, None]).flatten()
        X = self._flat.index_select(0, chosen).view(*index.shape, -1)
        y, weight = (part.view(-1).index_select(0, chosen) for part in (self.y, self.weight))
        return X, y.view(index.shape), weight.view(index.shape)
