from __future__ import annotations

import numpy as np
import pytest

from autoskl.components.predictors.boosted_trees.early_stopping import (
    EarlyStoppingRule,
    Rows,
    early_stopping_rule,
    inner_split,
    rounds_to_keep,
)


@pytest.mark.parametrize(
    ("n_rows", "share", "best", "rounds"),
    [(1000, 1.0, 0, 300), (1000, 0.1, 0, 30), (1000, 0.1, 1000, 320), (10**6, 1.0, 0, 20)],
)
def test_patience_depends_on_rows_time_and_best_round(
    n_rows: int, share: float, best: int, rounds: float
) -> None:
    assert EarlyStoppingRule(n_rows=n_rows, share=share).rounds_after(best) == pytest.approx(rounds)


def test_patience_decreases_with_the_time_left() -> None:
    assert early_stopping_rule(100, None) == EarlyStoppingRule(n_rows=100, share=0.3)
    assert early_stopping_rule(100, -5.0).share == 0.1
    assert early_stopping_rule(100, 1e12).share == 1.0


@pytest.mark.parametrize(("n_rows", "kept"), [(10, frozenset({1, 2, 3})), (10**6, frozenset())])
def test_outputs_are_kept_at_all_checkpoints_unless_they_are_large(
    n_rows: int, kept: frozenset[int]
) -> None:
    rows = Rows(np.zeros((n_rows, 1)), np.zeros(n_rows))
    assert rounds_to_keep(rows, 2, 3) == kept
    assert rounds_to_keep(None, 2, 3) == frozenset()


def test_inner_split_is_a_partition() -> None:
    train, watched = inner_split(100, seed=4)
    assert sorted([*train, *watched]) == list(range(100))
    assert len(watched) == 15
    np.testing.assert_array_equal(train, inner_split(100, seed=4)[0])
