"""Iterations at which the predictions of an iterative model are kept."""

from __future__ import annotations

import numpy as np

_WINDOW = 2.0
"""Checkpoints from best / window to best * window are kept."""


def checkpoint_window(
    grid: tuple[int, ...], best_iteration: int, n_iterations: int, max_checkpoints: int
) -> tuple[int, ...]:
    """Return the part of the grid around the best iteration, at most ``max_checkpoints`` of it.

    A window is kept since other folds have other best iterations.
    """
    near = [i for i in grid if best_iteration / _WINDOW <= i <= best_iteration * _WINDOW]
    if len(near) > max_checkpoints:
        chosen = np.linspace(0, len(near) - 1, max(max_checkpoints, 1)).round().astype(int)
        near = [near[i] for i in chosen]
    return tuple(near) or (min(grid, key=lambda i: abs(i - min(best_iteration, n_iterations))),)
