from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.core.fidelity import FULL_ONLY, geometric_ladder
from autoskl.optimizers.rungs import Bracket, bracket_sizes, eta_of


def test_the_brackets_of_the_paper() -> None:
    # Table 1 of the paper: R = 81, eta = 3.
    assert [bracket_sizes(s, 4, 3) for s in (4, 3, 2, 1, 0)] == [
        (81, 27, 9, 3, 1),
        (34, 11, 3, 1),
        (15, 5, 1),
        (8, 2),
        (5,),
    ]


@given(s=st.integers(0, 5), more=st.integers(0, 3), eta=st.floats(1.5, 5.0))
def test_no_more_than_one_in_eta_is_promoted(s: int, more: int, eta: float) -> None:
    sizes = bracket_sizes(s, s + more, eta)
    assert len(sizes) == s + 1
    for below, above in pairwise(sizes):
        assert above <= max(1, below / eta + 1e-6)


def test_eta_of_a_ladder() -> None:
    assert eta_of(geometric_ladder(1 / 27 - 1e-9, eta=3.0)) == pytest.approx(3.0)
    assert eta_of(FULL_ONLY) == 3.0


def test_a_trial_is_promoted_once_all_results_of_its_rung_are_known() -> None:
    bracket = Bracket((3, 1), lowest=0)
    losses = np.full(3, np.nan)
    for number in range(3):
        bracket.add(number)
    losses[:2] = 0.5, 0.2
    assert bracket.next_to_promote(losses) is None
    losses[2] = 0.9
    assert bracket.next_to_promote(losses) == (1, 1)
    bracket.promote(1, 3, 1)
    assert bracket.next_to_promote(np.append(losses, np.nan)) is None


def test_failed_trials_are_not_promoted() -> None:
    bracket = Bracket((3, 1), lowest=0)
    for number in range(3):
        bracket.add(number)
    assert bracket.next_to_promote(np.full(3, np.inf)) is None
    assert bracket.next_to_promote(np.array([np.inf, 3.0, np.inf])) == (1, 1)
