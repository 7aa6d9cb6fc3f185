"""Trains networks of the same shape together: one step of all of them is one step of one.

All arithmetic has a leading dimension, the networks. Each has rows, mini-batches, noise and a seed
of its own, so that it learns what it would learn alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from autoskl.neural.adamw import AdamW
from autoskl.neural.layers import Pace, Parameters, Stack
from autoskl.neural.objectives import held_out_losses, training_loss
from autoskl.neural.pacing import Pacing
from autoskl.neural.recipe import Recipe, Stacked, Trained
from autoskl.neural.schedules import SCHEDULES
from autoskl.neural.tensors import TensorOperations

_TRIAL_STEPS = 3
_ROWS_AT_ONCE = 8192
"""Rows of each network that are predicted at once."""


class Trainer:
    """Networks in training.

    Parameters
    ----------
    network : Stack
    parameters : dict of str to ndarray
        Initial ones, with the networks as first dimension.
    recipe : Recipe
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
        parameters: Parameters,
        recipe: Recipe,
        rows: Stacked,
        held_out: Stacked | None,
        seeds: Sequence[int],
        device: str = "cpu",
        steps: int | None = None,
    ) -> None:
        self._network, self._recipe, self._device = network, recipe, device
        self._rows = _Table(rows, device)
        self._held_out = None if held_out is None else _Table(held_out, device)
        self._generators = [torch.Generator(device).manual_seed(seed) for seed in seeds]
        self._operations = TensorOperations(self._generators)
        self._parameters = {n: torch.tensor(v, device=device) for n, v in parameters.items()}
        self._optimizer = _optimizer(self._parameters, network.paces(), recipe)
        mean = float(np.mean(rows.counts))
        self.n_steps = max(1, int(mean // recipe.batch_size)) if steps is None else steps

    def train(
        self,
        deadline: float | None = None,
        stop: Callable[[NDArray[np.float64]], bool] = lambda curve: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> Trained:
        """Train until the epochs, the patience or the time is over.

        Parameters
        ----------
        deadline : float or None, default=None
            Moment of the clock.
        stop : callable, default=never
            Is shown the mean curve after each epoch, and may end the training.
        clock : callable, default=time.monotonic

        Returns
        -------
        Trained
            Of the epoch with the least mean loss on the held-out rows, the same for all networks;
            of the last epoch when there are none.
        """
        recipe = self._recipe
        pacing = Pacing(recipe.n_epochs, self.n_steps, deadline, clock)
        if deadline is not None:
            pacing.expect(self._rehearse(clock))
        best, best_loss, best_epoch = self._snapshot(), np.inf, 0
        curves: list[NDArray[np.float64]] = []
        while pacing.begin_epoch():
            whole = self._epoch(pacing)
            curves.append(self._losses())
            pacing.end_epoch()
            mean = float(np.mean(curves[-1])) if self._held_out is not None else -len(curves)
            if mean < best_loss:
                best, best_loss, best_epoch = self._snapshot(), mean, len(curves)
            patience = recipe.patience or recipe.n_epochs
            if not whole or len(curves) - best_epoch > patience:
                break
            if self._held_out is not None and stop(np.mean(curves, axis=1)):
                break
        n_losses = 0 if self._held_out is None else len(self._generators)
        curve = np.array(curves, dtype=np.float64).reshape(len(curves), n_losses)
        return Trained({n: p.cpu().numpy() for n, p in best.items()}, curve, best_epoch)

    def _epoch(self, pacing: Pacing) -> bool:
        """Take the steps of an epoch; return whether there was time for all of them."""
        operations = self._operations
        operations.training = True
        index, share = self._batches()
        targets = self._rows.y.gather(1, index.flatten(1)).view(index.shape)
        weights = self._rows.weight.gather(1, index.flatten(1)).view(index.shape) * share
        for step in range(self.n_steps):
            self._follow_schedules(pacing.progress)
            X = self._rows.take(index[:, step])
            self._step(X, targets[:, step], weights[:, step])
            pacing.step()
            if pacing.is_over():
                return False
        return True

    def _step(self, X: Any, y: Any, weight: Any) -> None:
        outputs = self._forward(self._parameters, X)
        loss = training_loss(self._recipe, outputs, y, weight)
        self._optimizer.zero_grad()
        loss.backward()
        if self._recipe.gradient_limit is not None:
            _limit_gradients(self._optimizer.trained, self._recipe.gradient_limit)
        self._optimizer.step()

    def _batches(self) -> tuple[Any, Any]:
        """Draw the mini-batches of an epoch.

        Returns
        -------
        index : tensor of int of shape (n_networks, n_steps, n_batch)
        share : tensor of shape (n_networks, 1, n_batch)
            Factor of each row in the loss: 1 / rows, 0 where a smaller batch is filled up.
        """
        counts = self._rows.counts
        sizes = [max(1, count // self.n_steps) for count in counts]
        self._operations.sizes = sizes
        shape = (len(counts), self.n_steps, max(sizes))
        index = torch.zeros(shape, dtype=torch.int64, device=self._device)
        share = torch.zeros((shape[0], 1, shape[2]), device=self._device)
        for i, (count, size) in enumerate(zip(counts, sizes, strict=True)):
            order = torch.randperm(count, generator=self._generators[i], device=self._device)
            wanted = self.n_steps * size
            drawn = order.repeat(-(-wanted // count))[:wanted]
            index[i, :, :size] = drawn.view(self.n_steps, size)
            share[i, 0, :size] = 1.0 / size
        return index, share

    def _follow_schedules(self, progress: float) -> None:
        recipe = self._recipe
        rate = recipe.learning_rate * SCHEDULES[recipe.rate_schedule](progress)
        decay = recipe.weight_decay * SCHEDULES[recipe.decay_schedule](progress)
        self._operations.dropout_factor = SCHEDULES[recipe.dropout_schedule](progress)
        for group in self._optimizer.param_groups:
            pace: Pace = group["pace"]
            group["lr"], group["weight_decay"] = rate * pace.rate, decay * pace.decay

    def _losses(self) -> NDArray[np.float64]:
        """Mean loss of each network on its held-out rows."""
        table = self._held_out
        if table is None:
            return np.empty(0)
        self._operations.training = False
        total = torch.zeros(len(table.counts), device=self._device)
        with torch.no_grad():
            for start in range(0, table.X.shape[1], _ROWS_AT_ONCE):
                part = slice(start, start + _ROWS_AT_ONCE)
                outputs = self._forward(self._parameters, table.X[:, part])
                losses = held_out_losses(self._recipe.selection, outputs, table.y[:, part])
                total += (losses * table.weight[:, part]).sum(dim=1)
        means: NDArray[np.float64] = total.double().cpu().numpy() / np.asarray(table.counts)
        return means

    def _forward(self, parameters: Parameters, X: Any) -> Any:
        outputs = self._network.forward(self._operations, parameters, X)
        return outputs[:, :, None] if outputs.dim() == 3 else outputs

    def _rehearse(self, clock: Callable[[], float]) -> float:
        """Measure a few steps that change nothing, and return the seconds of an epoch."""
        states = [generator.get_state() for generator in self._generators]
        self._operations.training = True
        rows = min(self._recipe.batch_size, min(self._rows.counts))
        self._operations.sizes = None
        seconds = []
        for _ in range(_TRIAL_STEPS):
            start = clock()
            outputs = self._forward(self._parameters, self._rows.X[:, :rows])
            y, weight = self._rows.y[:, :rows], self._rows.weight[:, :rows]
            training_loss(self._recipe, outputs, y, weight).backward()
            # The optimizer's own part is small, and changes the parameters.
            seconds.append(clock() - start)
        self._optimizer.zero_grad()
        for generator, state in zip(self._generators, states, strict=True):
            generator.set_state(state)
        start = clock()
        self._losses()
        return 1.2 * min(seconds) * self.n_steps + clock() - start

    def _snapshot(self) -> Parameters:
        return {name: value.detach().clone() for name, value in self._parameters.items()}


class _Table:
    """Rows on the device."""

    def __init__(self, rows: Stacked, device: str) -> None:
        self.X = torch.as_tensor(rows.X, device=device)
        self.y = torch.as_tensor(rows.y, device=device)
        self.weight = torch.as_tensor(rows.weight, device=device)
        self.counts = rows.counts
        networks, self._n_rows, self._n_columns = self.X.shape
        self._flat = self.X.view(networks * self._n_rows, self._n_columns)
        self._first = torch.arange(networks, device=device)[:, None] * self._n_rows

    def take(self, index: Any) -> Any:
        """Return rows (n_networks, n_batch, n_columns) by their positions."""
        chosen = (index + self._first).flatten()
        return self._flat.index_select(0, chosen).view(*index.shape, self._n_columns)


def _optimizer(parameters: Parameters, paces: Any, recipe: Recipe) -> AdamW:
    """Return AdamW with a group for each pace."""
    groups: dict[Pace, list[Any]] = {}
    for name, value in parameters.items():
        if paces[name].rate > 0:
            groups.setdefault(paces[name], []).append(value.requires_grad_())
    listed = [{"params": values, "pace": pace} for pace, values in groups.items()]
    return AdamW(listed, recipe.betas)


def _limit_gradients(parameters: Sequence[Any], limit: float) -> None:
    """Shorten the gradient of each network to a length."""
    networks = parameters[0].shape[0]
    square = sum(p.grad.reshape(networks, -1).square().sum(dim=1) for p in parameters)
    factor = (limit / (square.sqrt() + 1e-6)).clamp(max=1.0)
    for p in parameters:
        p.grad.mul_(factor.view(networks, *(1,) * (p.dim() - 1)))
