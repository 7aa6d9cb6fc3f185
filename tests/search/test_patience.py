from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autoskl.search.patience import Patience

STEPS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30)


@given(STEPS, st.integers(1, 5))
def test_it_counts_complete_trials_since_the_best_ensemble(steps, most):
    patience = Patience(most)
    for loss, complete in steps:
        patience.count(loss, settled=complete)
    losses = [loss for loss, _ in steps]
    since = losses.index(min(losses)) + 1 if losses else 0
    assert patience.n_stale == sum(complete for _, complete in steps[since:])
    assert patience.is_spent == (patience.n_stale >= most)
    assert patience.best_loss == min(losses, default=float("inf"))


@given(STEPS, STEPS)
def test_restored_it_goes_on_as_if_nothing_had_happened(before, after):
    whole, first, second = Patience(3), Patience(3), Patience(3)
    for loss, complete in before:
        whole.count(loss, settled=complete)
        first.count(loss, settled=complete)
    second.restore(first.n_stale, first.best_loss)
    for loss, complete in after:
        whole.count(loss, settled=complete)
        second.count(loss, settled=complete)
    assert (second.n_stale, second.best_loss) == (whole.n_stale, whole.best_loss)


def test_without_a_number_it_is_never_spent():
    patience = Patience(None)
    for _ in range(100):
        patience.count(1.0, settled=True)
    assert not patience.is_spent
