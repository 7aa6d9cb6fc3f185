from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.core.fidelity import FULL_ONLY, geometric_ladder
from autoskl.optimizers.rungs import Bracket, bracket_sizes, ratio


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
def test_no_more_than_one_in_eta_climbs(s: int, more: int, eta: float) -> None:
    sizes = bracket_sizes(s, s + more, eta)
    assert len(sizes) == s + 1
    for below, above in pairwise(sizes):
        assert above <= max(1, below / eta + 1e-6)


def test_the_ratio_of_a_ladder() -> None:
    assert ratio(geometric_ladder(1 / 27 - 1e-9, eta=3.0)) == pytest.approx(3.0)
    assert ratio(FULL_ONLY) == 3.0


def test_a_rung_is_decided_when_all_its_results_are_known() -> None:
    bracket = Bracket((3, 1), lowest=0)
    losses = np.full(3, np.nan)
    for number in range(3):
        bracket.enter(number)
    losses[:2] = 0.5, 0.2
    assert bracket.next_to_climb(losses) is None
    losses[2] = 0.9
    assert bracket.next_to_climb(losses) == (1, 1)
    bracket.climb(1, 3, 1)
    assert bracket.next_to_climb(np.append(losses, np.nan)) is None


def test_failed_trials_do_not_climb() -> None:
    bracket = Bracket((3, 1), lowest=0)
    for number in range(3):
        bracket.enter(number)
    assert bracket.next_to_climb(np.full(3, np.inf)) is None
    assert bracket.next_to_climb(np.array([np.inf, 3.0, np.inf])) == (1, 1)
