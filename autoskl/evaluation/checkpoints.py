"""Iterations after which the predictions of an iterative model are kept."""

from __future__ import annotations

import numpy as np

_RATIO = 1.1
_WINDOW = 2.0
"""Checkpoints from best / window to best * window are kept."""


def checkpoint_grid(n_iterations: int) -> tuple[int, ...]:
    """Return the iterations, one grid for all folds so that their curves can be averaged.

    It is dense where iterations matter (every one up to 8) and geometric with ratio 1.1 above. It
    does not depend on ``n_iterations``, which only cuts it.

    Examples
    --------
    >>> from autoskl.evaluation.checkpoints import checkpoint_grid
    >>> checkpoint_grid(12)
    (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    """
    grid = [1]
    while grid[-1] < n_iterations:
        grid.append(max(grid[-1] + 1, round(grid[-1] * _RATIO)))
    return tuple(i for i in grid if i <= n_iterations) or (1,)


def checkpoint_window(
    grid: tuple[int, ...], best_iteration: int, n_iterations: int, max_checkpoints: int
) -> tuple[int, ...]:
    """Return the part of the grid around the best iteration, at most ``max_checkpoints`` of it.

    Other folds have their best iteration elsewhere, so that a whole window is kept.
    """
    near = [i for i in grid if best_iteration / _WINDOW <= i <= best_iteration * _WINDOW]
    if len(near) > max_checkpoints:
        chosen = np.linspace(0, len(near) - 1, max(max_checkpoints, 1)).round().astype(int)
        near = [near[i] for i in chosen]
    return tuple(near) or (min(grid, key=lambda i: abs(i - min(best_iteration, n_iterations))),)
