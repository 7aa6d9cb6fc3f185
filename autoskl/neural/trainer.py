"""Trains networks of the same shape together, all of them in each step.

The leading dimension of all tensors is the network. Each network has its own rows, mini-batches,
noise and seed, so that it learns what it would learn alone with the same number of steps per epoch.
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
from autoskl.neural.layers import ParameterGroup, Parameters, Stack
from autoskl.neural.objectives import held_out_losses, training_loss
from autoskl.neural.recipe import Recipe, TrainingResult, common_value
from autoskl.neural.schedules import SCHEDULES
from autoskl.neural.stacked_rows import StackedRows
from autoskl.neural.tensors import TensorOperations
from autoskl.neural.training_schedule import TrainingSchedule

_BATCHES_AT_ONCE = 2
"""Batches per block in which held-out rows are predicted. Without gradients a block takes less
memory than a training step, and smaller batches make smaller blocks."""

_SMALL = 8
"""Rows of a batch divided by those of the first trial steps."""

_TRIALS = 4
"""Steps for which there must be time before whole batches are tried, which takes two of them."""

_SLACK = 1.2
"""Assumed seconds of a step divided by those of a trial, which leaves out the optimizer."""


class Trainer:
    """Trains several networks of the same shape.

    Parameters
    ----------
    network : Stack
        Computes all networks.
    parameters : dict of str to ndarray
        Initial parameters; the leading dimension is the network.
    parameter_groups : sequence of mapping of str to ParameterGroup
        One mapping per network.
    recipes : sequence of Recipe
        One per network; they differ only in `recipe.PER_NETWORK`.
    rows : StackedRows
    held_out : StackedRows or None
        Rows that select the best epoch.
    seeds : sequence of int
        One per network.
    device : str, default="cpu"
    steps : int or None, default=None
        Steps per epoch; None for the whole mini-batches in the mean number of rows.
    """

    def __init__(
        self,
        network: Stack,
        *,
        parameters: Parameters,
        parameter_groups: Sequence[Mapping[str, ParameterGroup]],
        recipes: Sequence[Recipe],
        rows: StackedRows,
        held_out: StackedRows | None,
        seeds: Sequence[int],
        device: str = "cpu",
        steps: int | None = None,
    ) -> None:
        self._network, self._recipe, self._device = network, recipes[0], device
        self._rows = _Table(rows, device)
        self._held_out = None if held_out is None else _Table(held_out, device)
        self._generators = [torch.Generator(device).manual_seed(seed) for seed in seeds]
        self._operations = TensorOperations(self._generators)
        self._adam = Adam(parameters, parameter_groups, recipes, device)
        self._smoothing = self._label_smoothing([recipe.label_smoothing for recipe in recipes])
        self._validation_seconds = 0.0
        mean = float(np.mean(rows.counts))
        self.n_steps = max(1, int(mean // self._recipe.batch_size)) if steps is None else steps

    def train(
        self,
        deadline: float | None = None,
        stop: Stop | None = None,
        clock: Callable[[], float] = time.monotonic,
        groups: Sequence[int] | None = None,
    ) -> TrainingResult:
        """Train until the epochs, the patience or the time is used up.

        Parameters
        ----------
        deadline : float or None, default=None
            Time on the clock, in seconds.
        stop : callable or None, default=None
            Takes the mean learning curve of a group after each epoch; True stops the group.
        clock : callable, default=time.monotonic
        groups : sequence of int, default=None
            Group of each network: the folds of a configuration. By default all are one group.

        Returns
        -------
        TrainingResult
            Parameters from the epoch with the lowest mean loss on the held-out rows, the same for
            all networks of a group; without such rows from the last epoch. If there is no time for
            an epoch, they come from as many steps as fit, or are the initial ones if none does.
        """
        recipe, adam, n_networks = self._recipe, self._adam, len(self._generators)
        schedule = TrainingSchedule(recipe.n_epochs, self.n_steps, deadline, clock)
        choice = EpochChoice(groups or [0] * n_networks, recipe.patience, stop)
        if deadline is not None:
            schedule.expect(*self._time_epoch(schedule, clock))
        best = adam.matrix.clone()
        first = True
        while not choice.is_finished and schedule.begin_epoch():
            complete = self._epoch(schedule)
            if schedule.is_partial:
                adam.keep(best, choice.update(np.empty(0)))
                break
            # The first epoch is validated even if late: otherwise nothing would be trained.
            losses = self._losses(None if first else schedule)
            if losses is None:
                break
            first = False
            adam.keep(best, choice.update(losses))
            schedule.end_epoch()
            if not complete:
                break
        return TrainingResult(
            adam.arrays(best),
            [choice.curve(i) for i in range(n_networks)],
            [choice.best_epoch(i) for i in range(n_networks)],
            [choice.was_stopped(i) for i in range(n_networks)],
            out_of_time=not (choice.is_finished or schedule.is_complete),
        )

    def _epoch(self, schedule: TrainingSchedule) -> bool:
        """Take the steps of an epoch; return False if time runs out before or at its end."""
        operations, recipe = self._operations, self._recipe
        operations.training = True
        index, share = self._batches()
        rate, decay, dropout = (
            SCHEDULES[name]
            for name in (recipe.rate_schedule, recipe.decay_schedule, recipe.dropout_schedule)
        )
        reserved = 0.0 if schedule.is_partial else self._validation_seconds
        for step in range(schedule.n_steps):
            progress = schedule.progress
            operations.dropout_factor = dropout(progress)
            X, y, weight = self._rows.take(index[:, step])
            loss = self._loss(self._forward(X), y, weight * share)
            self._adam.step(loss, rate(progress), decay(progress))
            schedule.step()
            if schedule.is_over(reserved):
                return False
        return True

    def _loss(self, outputs: Any, y: Any, weight: Any) -> Any:
        return training_loss(self._recipe, outputs, y, weight, self._smoothing)

    def _label_smoothing(self, values: Sequence[float]) -> Any:
        value = common_value(values)
        if value is not None:
            return value
        return torch.tensor(values, dtype=torch.float32, device=self._device).view(-1, 1, 1)

    def _batches(self) -> tuple[Any, Any]:
        """Draw the mini-batches of an epoch.

        Returns
        -------
        index : tensor of int of shape (n_networks, n_steps, n_batch) or (..., n_members)
        share : tensor of shape (n_networks, n_batch) or (..., 1)
            Weight of each row in the loss: 1 / batch size, 0 for padding.
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
        """Draw a permutation of the rows of a network, or one for each member."""
        count = self._rows.counts[network]
        drawing = {"generator": self._generators[network], "device": self._device}
        if own:
            return torch.rand((count, *own), **drawing).argsort(dim=0)
        return torch.randperm(count, **drawing)

    def _losses(self, schedule: TrainingSchedule | None) -> NDArray[np.float64] | None:
        """Return the mean loss of each network on its held-out rows; None if time runs out."""
        table = self._held_out
        if table is None:
            return np.empty(0)
        total = torch.zeros(len(table.counts), device=self._device)
        for block in self._blocks(table):
            if schedule is not None and schedule.is_over():
                return None
            total += self._sums(table, block)
        means: NDArray[np.float64] = total.cpu().double().numpy() / np.asarray(table.counts)
        return means

    def _blocks(self, table: _Table) -> list[slice]:
        """Return the blocks of held-out rows that are predicted at once."""
        size = _BATCHES_AT_ONCE * self._recipe.batch_size
        return [slice(start, start + size) for start in range(0, table.n_rows, size)]

    def _sums(self, table: _Table, block: slice) -> Any:
        """Return the summed loss of each network over a block of rows."""
        self._operations.training = False
        with torch.no_grad():
            outputs = self._forward(table.X[:, block])
            losses = held_out_losses(self._recipe.selection, outputs, table.y[:, block])
            return (losses * table.weight[:, block]).sum(dim=1)

    def _forward(self, X: Any) -> Any:
        outputs = self._network.forward(self._operations, self._adam.parameters, X)
        return outputs[:, :, None] if outputs.dim() == 3 else outputs

    def _time_epoch(
        self, schedule: TrainingSchedule, clock: Callable[[], float]
    ) -> tuple[float, float]:
        """Estimate the seconds of an epoch, and of a step, from trials that change nothing.

        Stops measuring as soon as it is clear that there is no time for an epoch.
        """
        step = _SLACK * self._time_step(schedule, clock)
        seconds = step * self.n_steps
        table = self._held_out
        if table is not None and not schedule.is_over(seconds):
            first, *others = self._blocks(table)
            block = _quickest(lambda: self._sums(table, first).cpu(), clock)
            self._validation_seconds = block * (1 + len(others))
        return seconds + self._validation_seconds, step

    def _time_step(self, schedule: TrainingSchedule, clock: Callable[[], float]) -> float:
        """Return the seconds of a step, or an upper bound if there is time for few; 0 for none."""
        matrix = self._adam.matrix.clone()
        states = [generator.get_state() for generator in self._generators]
        index, _ = self._batches()
        index = index[:, 0, : min(self._recipe.batch_size, min(self._rows.counts))]
        self._operations.training, self._operations.sizes = True, None
        seconds = 0.0
        if not schedule.is_over():
            seconds = _SMALL * _quickest(partial(self._trial_step, index[:, ::_SMALL]), clock)
            if not schedule.is_over(_TRIALS * seconds):
                seconds = _quickest(partial(self._trial_step, index), clock)
        for generator, state in zip(self._generators, states, strict=True):
            generator.set_state(state)
        self._adam.matrix.copy_(matrix)  # layers may update running averages
        return seconds

    def _trial_step(self, index: Any) -> None:
        X, y, weight = self._rows.take(index)
        # The optimizer's share of the time is small, and it would change the parameters.
        gradients = self._adam.gradients(self._loss(self._forward(X), y, weight))
        gradients[0].flatten()[0].item()  # waits for a GPU


def _quickest(action: Callable[[], Any], clock: Callable[[], float]) -> float:
    """Return the seconds of the faster of two runs; the first may include one-off work."""
    seconds = []
    for _ in range(2):
        start = clock()
        action()
        seconds.append(clock() - start)
    return min(seconds)


class _Table:
    """Stacked rows as tensors on the device."""

    def __init__(self, rows: StackedRows, device: str) -> None:
        self.X = torch.as_tensor(rows.X, device=device)
        self.y = torch.as_tensor(rows.y, device=device)
        self.weight = torch.as_tensor(rows.weight, device=device)
        self.counts = rows.counts
        networks, self.n_rows, n_columns = self.X.shape
        self._flat = self.X.view(networks * self.n_rows, n_columns)
        self._first = torch.arange(networks, device=device) * self.n_rows

    def take(self, index: Any) -> tuple[Any, Any, Any]:
        """Return rows, targets and weights at positions (n_networks, n_batch, ...)."""
        chosen = (index.flatten(1) + self._first[:, None]).flatten()
        X = self._flat.index_select(0, chosen).view(*index.shape, -1)
        y, weight = (part.view(-1).index_select(0, chosen) for part in (self.y, self.weight))
        return X, y.view(index.shape), weight.view(index.shape)
