from __future__ import annotations

import numpy as np
import pytest

from autoskl.components.learners.boosting_rounds import (
    Patience,
    inner_split,
    kept_rounds,
    patience_of,
)
from autoskl.evaluation.checkpoints import checkpoint_grid


@pytest.mark.parametrize(
    ("n_rows", "share", "best", "rounds"),
    [(1000, 1.0, 0, 300), (1000, 0.1, 0, 30), (1000, 0.1, 1000, 320), (10**6, 1.0, 0, 20)],
)
def test_patience(n_rows: int, share: float, best: int, rounds: float) -> None:
    assert Patience(n_rows=n_rows, share=share).after(best) == pytest.approx(rounds)


def test_patience_falls_with_the_time_left() -> None:
    assert patience_of(100, None) == Patience(n_rows=100, share=0.3)
    assert patience_of(100, -5.0).share == 0.1
    assert patience_of(100, 1e12).share == 1.0


def test_outputs_are_kept_for_the_rounds_that_evaluation_asks_for() -> None:
    assert set(checkpoint_grid(2000)) <= kept_rounds(2000)


def test_inner_split_is_a_partition() -> None:
    train, watched = inner_split(100, seed=4)
    assert sorted([*train, *watched]) == list(range(100))
    assert len(watched) == 15
    np.testing.assert_array_equal(train, inner_split(100, seed=4)[0])
