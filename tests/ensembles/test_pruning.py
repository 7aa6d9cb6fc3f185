from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoskl.ensembles.pruning import prune


def loss_of(worth):
    """Loss that rises by a member's worth when it is missing."""
    return lambda weights: 10.0 - sum(worth[number] for number in weights)


def total(pruned, sizes):
    return sum(sum(sizes[n][:k]) for n, k in pruned.n_models.items())


def test_nothing_is_dropped_within_the_limit():
    pruned = prune({0: 0.75, 1: 0.25}, {0: [10, 10], 1: [20]}, loss_of({0: 1, 1: 1}), 40)
    assert pruned.weights == {0: 0.75, 1: 0.25}
    assert pruned.n_models == {0: 2, 1: 1}


def test_what_helps_least_per_byte_goes_first():
    sizes = {0: [100], 1: [100], 2: [10]}
    pruned = prune({0: 0.5, 1: 0.25, 2: 0.25}, sizes, loss_of({0: 3, 1: 0.1, 2: 0.05}), 150)
    assert pruned.weights == pytest.approx({0: 2 / 3, 2: 1 / 3})


def test_fold_models_are_thinned_before_a_member_is_lost():
    sizes = {0: [10] * 8, 1: [30] * 8}
    pruned = prune({0: 0.5, 1: 0.5}, sizes, loss_of({0: 1.0, 1: 1.0}), 200)
    assert pruned.weights == {0: 0.5, 1: 0.5}
    assert 1 <= pruned.n_models[1] < 8


def test_one_model_is_always_left():
    assert prune({0: 1.0}, {0: [100, 100]}, loss_of({0: 1.0}), 10).n_models == {0: 1}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.floats(0.02, 1),
            st.lists(st.integers(1, 50), min_size=1, max_size=4),
            st.floats(-0.1, 1),
        ),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 400),
)
def test_laws_of_pruning(members, limit):
    whole = sum(weight for weight, _, _ in members)
    weights = {n: weight / whole for n, (weight, _, _) in enumerate(members)}
    sizes = {n: size for n, (_, size, _) in enumerate(members)}
    pruned = prune(weights, sizes, loss_of({n: m[2] for n, m in enumerate(members)}), limit)
    assert sum(pruned.weights.values()) == pytest.approx(1)
    assert pruned.weights.keys() == pruned.n_models.keys()
    assert all(1 <= k <= len(sizes[n]) for n, k in pruned.n_models.items())
    alone = sum(pruned.n_models.values()) == 1
    assert total(pruned, sizes) <= limit or alone


@pytest.mark.parametrize("n_calls", [0, 1, 3])
def test_a_loss_that_takes_long_is_not_asked_after_the_end(n_calls):
    asked = []

    def loss(weights):
        asked.append(weights)
        return 1.0

    weights = {0: 0.5, 1: 0.3, 2: 0.2}
    sizes = {number: [10] for number in weights}
    pruned = prune(weights, sizes, loss, 20, lambda: len(asked) >= n_calls)
    assert len(asked) == n_calls
    assert pruned.weights == pytest.approx({0: 0.625, 1: 0.375})
