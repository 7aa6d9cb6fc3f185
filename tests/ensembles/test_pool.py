from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from autoskl.ensembles.candidate import Candidate
from autoskl.ensembles.pool import best_candidates, choose_pool, drop_unscored_rows, sample_rows
from tests.ensembles.factories import problem


def candidate(number, losses, family="knn"):
    known = {fold: loss for fold, loss in enumerate(losses) if loss is not None}
    return Candidate(number, family, dict.fromkeys(known, np.zeros((1, 1))), known)


def numbers(candidates):
    return [c.number for c in candidates]


def test_complete_candidates_are_preferred():
    pool = [candidate(0, [1.0, 1.2]), candidate(1, [0.99, None]), candidate(2, [1.1, 1.3])]
    assert numbers(choose_pool(pool)) == [0, 2]


def test_a_clearly_better_candidate_with_fewer_folds_is_not_left_out():
    pool = [candidate(0, [1.0, 1.2]), candidate(1, [0.5, None]), candidate(2, [1.1, 1.3])]
    assert numbers(choose_pool(pool)) == [0, 1, 2]


def test_candidates_without_a_finite_loss_are_left_out():
    assert numbers(choose_pool([candidate(1, [math.inf]), candidate(0, [1.0])])) == [0]
    assert choose_pool([]) == []


def test_the_strongest_and_the_best_of_each_family():
    pool = [candidate(0, [3], "ridge"), candidate(1, [1]), candidate(2, [2]), candidate(3, [0])]
    assert numbers(best_candidates(pool, 2)) == [0, 1, 3]


def test_rows_of_weight_zero_and_folds_without_any_loss_are_left_out():
    candidates, targets = problem(weighted=True)
    undefined = [replace(c, losses={**c.losses, 1: math.inf}) for c in candidates]
    pool, kept = drop_unscored_rows(undefined, targets)
    assert tuple(kept) == (0, 2)
    assert all((target.weight > 0).all() for target in kept.values())
    assert len(pool[0].predictions[0]) == len(kept[0].y) < len(targets[0].y)


def test_a_part_of_the_rows_has_every_class():
    candidates, targets = problem(n_rows=60, n_classes=3)
    pool, part = sample_rows(candidates, targets, 0.5, seed=1)
    for fold, target in part.items():
        assert set(target.y) == set(targets[fold].y)
        assert len(target.y) < len(targets[fold].y)
        position = {row: i for i, row in enumerate(targets[fold].rows)}
        chosen = [position[row] for row in target.rows]
        np.testing.assert_array_equal(
            pool[2].predictions[fold], candidates[2].predictions[fold][chosen]
        )
