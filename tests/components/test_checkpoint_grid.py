from __future__ import annotations

from itertools import pairwise

from autoskl.components.fitting.checkpoint_grid import checkpoint_grid


def test_grid_has_every_iteration_up_to_8_and_is_geometric_above() -> None:
    grid = checkpoint_grid(1000)
    assert grid[:8] == tuple(range(1, 9))
    assert all(b <= max(a + 1, round(1.1 * a)) for a, b in pairwise(grid))
