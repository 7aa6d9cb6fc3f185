"""AdamW on one fused operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

_EPSILON = 1e-8


class AdamW:
    """Adam with decoupled weight decay, as `torch.optim.AdamW` computes it.

    The class of torch imports its compiler with the first optimizer of a process: about as many
    seconds and a third of the bytes that importing torch itself takes, and nothing of it is used.

    Parameters
    ----------
    groups : sequence of dict
        Each with the tensors ``params``; what else it has is kept. ``lr`` and ``weight_decay`` are
        to be set before a step.
    betas : tuple of float
        Decay of the moments.

    References
    ----------
    I. Loshchilov, F. Hutter. "Decoupled weight decay regularization". ICLR, 2019.
    """

    def __init__(self, groups: Sequence[dict[str, Any]], betas: tuple[float, float]) -> None:
        self.param_groups = [dict(group) for group in groups]
        self._betas = betas
        self._n_steps = 0
        for group in self.param_groups:
            params = group["params"]
            group["first"] = [torch.zeros_like(p) for p in params]
            group["second"] = [torch.zeros_like(p) for p in params]
            group["counts"] = [torch.zeros((), device=p.device) for p in params]

    @property
    def trained(self) -> list[Any]:
        """The tensors of all groups."""
        return [p for group in self.param_groups for p in group["params"]]

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for p in self.trained:
            p.grad = None

    def step(self) -> None:
        """Change the tensors by their gradients."""
        self._n_steps += 1
        with torch.no_grad():
            for group in self.param_groups:
                gradients = [p.grad for p in group["params"]]
                if group["params"][0].device.type in ("cpu", "cuda"):
                    self._fused(group, gradients)
                else:
                    self._one_by_one(group, gradients)

    def _fused(self, group: dict[str, Any], gradients: list[Any]) -> None:
        for count in group["counts"]:
            count.fill_(self._n_steps)
        torch._fused_adamw_(
            group["params"],
            gradients,
            group["first"],
            group["second"],
            [],
            group["counts"],
            lr=group["lr"],
            beta1=self._betas[0],
            beta2=self._betas[1],
            weight_decay=group["weight_decay"],
            eps=_EPSILON,
            amsgrad=False,
            maximize=False,
        )

    def _one_by_one(self, group: dict[str, Any], gradients: list[Any]) -> None:
        """Take the step where there is no fused operation."""
        rate, (first_decay, second_decay) = group["lr"], self._betas
        first_share = 1 - first_decay**self._n_steps
        second_share = 1 - second_decay**self._n_steps
        states = (group["params"], gradients, group["first"], group["second"])
        for p, gradient, first, second in zip(*states, strict=True):
            p.mul_(1 - rate * group["weight_decay"])
            first.lerp_(gradient, 1 - first_decay)
            second.mul_(second_decay).addcmul_(gradient, gradient, value=1 - second_decay)
            spread = (second / second_share).sqrt_().add_(_EPSILON)
            p.addcdiv_(first, spread, value=-rate / first_share)
