"""Iterations at which the predictions of an iterative model are compared."""

from __future__ import annotations

_RATIO = 1.1


def checkpoint_grid(n_iterations: int) -> tuple[int, ...]:
    """Return the iterations, from one grid for all folds so that their curves can be averaged.

    Up to 8 it contains every iteration; above, it is geometric with ratio 1.1. ``n_iterations``
    only cuts it off.

    Examples
    --------
    >>> from autoskl.components.fitting.checkpoint_grid import checkpoint_grid
    >>> checkpoint_grid(12)
    (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    """
    grid = [1]
    while grid[-1] < n_iterations:
        grid.append(max(grid[-1] + 1, round(grid[-1] * _RATIO)))
    return tuple(i for i in grid if i <= n_iterations) or (1,)
