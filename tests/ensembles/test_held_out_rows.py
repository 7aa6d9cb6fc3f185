from __future__ import annotations

import numpy as np
import pytest

from autoskl.ensembles.candidate import HeldOutTarget
from autoskl.ensembles.held_out_rows import HeldOutRows, covers_all, n_scored_rows
from tests.ensembles.factories import targets_of


def rows_of(y, max_cells, n_outputs=2, weight=None, n_folds=1):
    """Return rows whose predictions are their positions."""
    folds = np.array_split(np.arange(len(y)), n_folds)
    predictions = {f: np.tile(rows[:, np.newaxis], n_outputs) for f, rows in enumerate(folds)}
    return HeldOutRows.of(predictions, targets_of(y, folds, weight), max_cells)


@pytest.mark.parametrize("period", [2, 5, 24])
def test_a_part_of_classes_that_come_by_turns_has_all_of_them(period):
    y = np.arange(120_000) % period
    rows = rows_of(y, 2 * len(y) // period)
    shares = np.bincount(rows.y, minlength=period) / len(rows.y)
    np.testing.assert_allclose(shares, 1 / period, rtol=0.01)


def test_a_part_of_values_that_come_by_turns_is_like_the_whole():
    y = np.sin(np.arange(24_000) / 24 * 2 * np.pi)
    rows = rows_of(y, 1_000, n_outputs=1)
    assert len(rows.y) == 1_000
    assert abs(rows.y.mean()) < 0.1
    assert rows.y.std() == pytest.approx(y.std(), rel=0.1)


def test_as_much_is_drawn_as_may_be_and_always_the_same():
    y = np.random.default_rng(0).integers(0, 3, 5_000)
    rows = rows_of(y, 6_002, n_folds=3)
    assert 3_001 <= len(rows.y) <= 3_003
    assert len(np.unique(rows.predictions[:, 0])) == len(rows.y)
    np.testing.assert_array_equal(rows.y, y[rows.predictions[:, 0].astype(int)])
    again = rows_of(y, 6_002, n_folds=3)
    np.testing.assert_array_equal(rows.predictions, again.predictions)
    assert rows.share.sum() == pytest.approx(1)


def test_of_many_classes_there_are_some_hundred_rows_nevertheless():
    assert len(rows_of(np.arange(2_000), 2_000, n_outputs=50).y) == 300
    assert len(rows_of(np.arange(200), 2_000, n_outputs=50).y) == 200


def test_few_rows_are_all_taken_those_of_weight_0_excepted():
    y, weight = np.arange(90) % 2, np.repeat([0.0, 1.0, 2.0], 30)
    rows = rows_of(y, 180, weight=weight, n_folds=3)
    assert rows.predictions[:, 0].tolist() == list(range(30, 90))
    assert rows.share == pytest.approx(np.full(60, 1 / 60))
    targets = targets_of(y, [np.arange(90)], weight)
    assert covers_all(rows, targets)
    assert not covers_all(rows, {0: HeldOutTarget(y, None, np.arange(90))})
    assert n_scored_rows(targets) == 60
