"""Parameters of networks that follow from the context of a fit, and the cost of training."""

from __future__ import annotations

from typing import Any

from autoskl.components.component import Context

_STEP_SECONDS = 3e-4
_FLOPS = 5e10
_UPDATE_SECONDS = 6e-9
"""Seconds per weight in the optimizer."""


def task_parameters(context: Context, label_smoothing: Any = 0.0) -> dict[str, Any]:
    """Return the parameters of a network that follow from the context of the fit.

    Parameters
    ----------
    context : Context
    label_smoothing : float, default=0.0
        Ignored for metrics of probabilities, which it would blur.
    """
    found: dict[str, Any] = {
        "categorical_features": context.categorical,
        "device": context.device,
        "n_jobs": context.threads,
        "random_state": context.seed,
    }
    if not context.task.is_classification:
        return {**found, "loss": "absolute_error" if context.wants_median else "squared_error"}
    found["selection"] = "error_rate" if context.judges_labels else "log_loss"
    return {**found, "label_smoothing": label_smoothing if context.judges_labels else 0.0}


def training_seconds(n_rows: int, n_epochs: float, batch: int, weights: float, k: int = 1) -> float:
    """Return the estimated seconds of training one network on one thread.

    Parameters
    ----------
    n_rows : int
    n_epochs : float
    batch : int
    weights : float
        Number of weights, each used once per row and member.
    k : int, default=1
        Number of members of a batch ensemble.
    """
    step = _STEP_SECONDS + 6.0 * batch * k * weights / _FLOPS + _UPDATE_SECONDS * weights
    return n_epochs * max(1.0, n_rows / batch) * step
