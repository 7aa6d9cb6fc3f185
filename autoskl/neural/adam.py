"""AdamW for many networks at once, with all parameters in one matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from autoskl.neural.layers import ParameterGroup, Parameters
from autoskl.neural.recipe import Recipe, common_value

_EPSILON_SQUARED = 1e-16
"""Added to the second moment, so that steps without gradient stay finite."""


class Adam:
    """AdamW optimizer that owns the parameters of several networks.

    All parameters of a network form one row of a matrix, so that a step takes a handful of
    operations regardless of the number of layers. Learning rates, weight decay and betas may differ
    between networks.

    Parameters
    ----------
    parameters : dict of str to ndarray
        Initial parameters; the leading dimension is the network.
    groups : sequence of mapping of str to ParameterGroup
        One mapping per network, by the names of the parameters.
    recipes : sequence of Recipe
        One per network.
    device : str

    Attributes
    ----------
    parameters : dict of str to tensor
        Views of the matrix.
    matrix : tensor of shape (n_networks, n_parameters)
        Trained parameters come first.

    References
    ----------
    I. Loshchilov, F. Hutter. "Decoupled weight decay regularization". ICLR, 2019.
    """

    def __init__(
        self,
        parameters: Parameters,
        groups: Sequence[Mapping[str, ParameterGroup]],
        recipes: Sequence[Recipe],
        device: str,
    ) -> None:
        self._device = device
        trained = [name for name in parameters if any(own[name].rate_factor > 0 for own in groups)]
        names = [*trained, *(parameters.keys() - set(trained))]
        rows = [parameters[name].reshape(len(recipes), -1) for name in names]
        self.matrix = self._tensor(np.concatenate(rows, axis=1))
        self._shapes = {name: parameters[name].shape for name in names}
        self._sizes = [row.shape[1] for row in rows]
        self.parameters = self._views(self.matrix)
        self._trained = [self.parameters[name].requires_grad_() for name in trained]
        self._moving = self.matrix[:, : sum(self._sizes[: len(trained)])]
        self._gradient, self._change = (torch.empty_like(self._moving) for _ in range(2))
        self._first, self._second = (torch.zeros_like(self._moving) for _ in range(2))
        rate, decay = self._rates(trained, groups, recipes)
        self._rate = self._tensor(rate)
        self._decay = self._tensor(decay) if decay.any() else None
        self._betas = [self._per_network([r.betas[i] for r in recipes]) for i in (0, 1)]
        limits = [np.inf if r.gradient_limit is None else r.gradient_limit for r in recipes]
        self._limit = self._per_network(limits) if np.isfinite(limits).any() else None
        self._n_steps = 0

    def step(self, loss: Any, rate: float, decay: float) -> None:
        """Update the parameters.

        Parameters
        ----------
        loss : tensor
            Sum of the losses of all networks.
        rate, decay : float
            Current values of the schedules of learning rate and weight decay.
        """
        rows = [part.reshape(len(self.matrix), -1) for part in self.gradients(loss)]
        torch.cat(rows, dim=1, out=self._gradient)
        self._n_steps += 1
        with torch.no_grad():
            self._clip_gradients()
            self._update(rate, decay)

    def gradients(self, loss: Any) -> Sequence[Any]:
        """Return the gradients of a loss with respect to the trained parameters."""
        found: Sequence[Any] = torch.autograd.grad(loss, self._trained)
        return found

    def keep(self, best: Any, networks: Sequence[int]) -> None:
        """Copy the current parameters of some networks into ``best``, shaped like `matrix`."""
        if len(networks) == len(self.matrix):
            best.copy_(self.matrix)
        elif networks:
            best[list(networks)] = self.matrix[list(networks)]

    def arrays(self, matrix: Any) -> Parameters:
        """Return the parameters held by a matrix shaped like `matrix`."""
        return {name: part.cpu().numpy() for name, part in self._views(matrix).items()}

    def _views(self, matrix: Any) -> dict[str, Any]:
        """Return the parameters as views of a matrix, without gradients."""
        parts = matrix.split(self._sizes, dim=1)
        named = zip(self._shapes.items(), parts, strict=True)
        # Detached, so that one may change while the graph of a loss still needs another.
        return {name: part.view(shape).data for (name, shape), part in named}

    def _update(self, rate: float, decay: float) -> None:
        moving, gradient, change = self._moving, self._gradient, self._change
        beta1, beta2 = self._betas
        self._first.lerp_(gradient, 1.0 - beta1)
        torch.mul(gradient, gradient, out=change)
        self._second.lerp_(change, 1.0 - beta2)
        unbiased = 1.0 - beta2**self._n_steps
        size = unbiased**0.5 / (1.0 - beta1**self._n_steps)
        torch.add(self._second, _EPSILON_SQUARED, out=change).rsqrt_().mul_(self._first)
        if self._decay is not None:
            moving.addcmul_(moving, self._decay, value=-rate * decay)
        if isinstance(size, float):
            moving.addcmul_(change, self._rate, value=-rate * size)
        else:
            moving.addcmul_(change.mul_(size), self._rate, value=-rate)

    def _clip_gradients(self) -> None:
        """Clip the gradient norm of each network."""
        if self._limit is not None:
            norm = torch.linalg.vector_norm(self._gradient, dim=1, keepdim=True)
            self._gradient.mul_((self._limit / (norm + 1e-6)).clamp(max=1.0))

    def _rates(
        self,
        names: Sequence[str],
        groups: Sequence[Mapping[str, ParameterGroup]],
        recipes: Sequence[Recipe],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return learning rates and weight decays, each of shape (1 or n_networks, n_trained)."""
        rows = []
        for own, recipe in zip(groups, recipes, strict=True):
            rate = np.array([recipe.learning_rate * own[name].rate_factor for name in names])
            decay = rate * [recipe.weight_decay * own[name].decay_factor for name in names]
            rows.append((rate, decay))
        same = all(np.array_equal(rows[0], row) for row in rows)
        wanted = np.array(rows[:1] if same else rows, dtype=np.float32)
        spread = np.repeat(wanted, self._sizes[: len(names)], axis=2)
        return spread[:, 0], spread[:, 1]

    def _per_network(self, values: Sequence[float]) -> Any:
        """Return a number, or a tensor (n_networks, 1) if the networks differ."""
        value = common_value(values)
        return self._tensor([[each] for each in values]) if value is None else value

    def _tensor(self, values: Any) -> Any:
        return torch.tensor(values, dtype=torch.float32, device=self._device)
