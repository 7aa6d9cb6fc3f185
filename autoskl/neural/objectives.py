"""Losses of batched networks, on tensors.

Outputs are (networks, rows, members, outputs). Each member is trained on its own loss; predictions
are means over the members, for classification means of probabilities.
"""

from __future__ import annotations

from typing import Any

import torch

from autoskl.neural.recipe import Recipe

_MAX_LOG_LOSS = 16.0
"""Maximum log loss of a row, so that a single outlier does not decide on the epoch."""


def training_loss(recipe: Recipe, outputs: Any, y: Any, weight: Any, smoothing: Any = 0.0) -> Any:
    """Return the sum of the mean losses of all networks.

    Parameters
    ----------
    recipe : Recipe
    outputs : tensor of shape (n_networks, n_rows, n_members, n_outputs)
    y, weight : tensor of shape (n_networks, n_rows) or (n_networks, n_rows, n_members)
        Weights sum to 1 per network, or per member.
    smoothing : float, or tensor of shape (n_networks, 1, 1)
        Label smoothing.
    """
    if y.dim() == 2:
        y, weight = y[:, :, None], weight[:, :, None]
    if recipe.loss == "cross_entropy":
        logs = torch.log_softmax(outputs, dim=-1)
        index = y[..., None].expand(-1, -1, outputs.shape[2], 1)
        losses = -logs.gather(3, index).squeeze(3)
        if not isinstance(smoothing, float) or smoothing > 0:
            losses = (1.0 - smoothing) * losses - smoothing * logs.mean(dim=3)
    else:
        residuals = outputs.squeeze(3) - y
        losses = residuals.abs() if recipe.loss == "absolute_error" else residuals.square()
    return (losses * weight).sum() / outputs.shape[2]


def held_out_losses(selection: str, outputs: Any, y: Any) -> Any:
    """Return the loss of each held-out row, (n_networks, n_rows), used to select the epoch."""
    if selection in ("log_loss", "error_rate"):
        logs = torch.log_softmax(outputs, dim=-1)
        if outputs.shape[2] == 1:
            means = logs.squeeze(2)
        else:
            means = torch.logsumexp(logs, dim=2) - torch.log(torch.tensor(float(logs.shape[2])))
        if selection == "error_rate":
            return (means.argmax(dim=2) != y).float()
        return -means.gather(2, y[:, :, None]).squeeze(2).clamp(min=-_MAX_LOG_LOSS)
    residuals = outputs.squeeze(3).mean(dim=2) - y
    return residuals.abs() if selection == "absolute_error" else residuals.square()
