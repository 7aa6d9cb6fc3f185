from __future__ import annotations

import math

import numpy as np
import pytest

from autoskl.core.metrics import LOG_LOSS, ROC_AUC
from autoskl.ensembles.greedy_selection import greedy_counts
from autoskl.ensembles.objective import objective_for
from tests.ensembles.factories import problem


class Table:
    """Losses by how often each candidate is in."""

    def __init__(self, losses):
        self.losses = losses

    def losses_after_adding(self, counts):
        rows = np.eye(len(counts)) + counts
        return np.array([self.losses(tuple(row.astype(int))) for row in rows], dtype=float)


def test_the_best_prefix_is_kept():
    # One alone has loss 2, both together 1, everything longer is worse.
    table = Table(lambda n: {(1, 0): 2, (0, 1): 3, (1, 1): 1}.get(n, 5))
    assert greedy_counts(Table(table.losses), np.zeros(2), 10).tolist() == [1, 1]


def test_of_equal_prefixes_the_shortest():
    assert greedy_counts(Table(lambda n: 1.0), np.zeros(2), 10).tolist() == [1, 0]


def test_ties_go_to_members_already_in_then_to_the_cheaper():
    # The second has to be taken first; then all losses_after_adding are equal up to rounding noise.
    losses = {(0, 1, 0): 1.0, (1, 0, 0): 2.0, (0, 0, 1): 2.0}
    noisy = {(1, 1, 0): 0.5, (0, 2, 0): 0.5 + 1e-9, (0, 1, 1): 0.5 - 1e-9}
    counts = greedy_counts(Table(lambda n: {**losses, **noisy}.get(n, 9)), np.zeros(3), 5)
    assert counts.tolist() == [0, 2, 0]
    without = {**losses, **noisy, (0, 2, 0): 0.6}
    costs = np.array([2.0, 0.0, 1.0])
    counts = greedy_counts(Table(lambda n: without.get(n, 9)), costs, 5)
    assert counts.tolist() == [0, 1, 1]


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e12])
def test_rounding_follows_the_scale_of_the_loss(scale):
    losses = {(1, 0): 1.0, (0, 1): 2.0, (1, 1): 0.9999}
    counts = greedy_counts(Table(lambda n: scale * losses.get(n, 9)), np.zeros(2), 5)
    assert counts.tolist() == [1, 1]


def test_candidates_without_a_loss_are_never_taken():
    table = Table(lambda n: math.inf if n[0] else 1.0)
    assert greedy_counts(table, np.zeros(2), 3).tolist() == [0, 1]
    assert greedy_counts(Table(lambda n: math.inf), np.zeros(2), 3).tolist() == [0, 0]


def test_no_addition_is_asked_for_that_is_not_made():
    asked = []
    table = Table(lambda n: asked.append(n) or 1 / sum(n))
    assert greedy_counts(table, np.zeros(1), 5).sum() == 5
    assert len(asked) == 5


def test_it_stops_when_told_to():
    candidates, targets = problem()
    objective = objective_for(candidates, targets, LOG_LOSS)
    assert greedy_counts(objective, np.zeros(6), 40, lambda: True).sum() == 1
    assert greedy_counts(objective, np.zeros(6), 40).sum() > 2


@pytest.mark.parametrize("metric", [LOG_LOSS, ROC_AUC])
def test_a_long_selection_ends_where_nothing_is_gained_any_more(metric):
    candidates, targets = problem(metric)
    objective = objective_for(candidates, targets, metric)
    seen = []
    losses_after_adding = objective.losses_after_adding
    table = Table(None)
    table.losses_after_adding = lambda counts: (
        seen.append(counts.copy()) or losses_after_adding(counts)
    )
    counts = greedy_counts(table, np.zeros(6), 10**9)
    assert len(seen) <= counts.sum() + 201
    # Up to there every addition was made as ever.
    size = int(counts.sum())
    assert greedy_counts(objective, np.zeros(6), size).tolist() == counts.tolist()
    assert size > 40
