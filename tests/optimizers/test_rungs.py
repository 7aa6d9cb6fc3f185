from __future__ import annotations

import math
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


@pytest.mark.parametrize(
    ("s", "s_max", "eta", "sizes"),
    [
        (4, 4, 2.0, (16, 8, 4, 2, 1)),
        (4, 5, 2.5, (47, 18, 7, 3, 1)),
        (2, 5, math.e, (15, 5, 2)),
        (2, 5, 3.7, (28, 7, 2)),
        (1, 2, math.sqrt(5), (4, 1)),
        (3, 3, 4.0, (64, 16, 4, 1)),
    ],
)
def test_each_rung_of_the_paper_is_rounded_down_on_its_own(
    s: int, s_max: int, eta: float, sizes: tuple[int, ...]
) -> None:
    assert bracket_sizes(s, s_max, eta) == sizes


@given(s=st.integers(0, 5), more=st.integers(0, 3), eta=st.floats(1.5, 5.0))
def test_sizes_follow_the_formula_of_the_paper(s: int, more: int, eta: float) -> None:
    sizes = bracket_sizes(s, s + more, eta)
    exact = (s + more + 1) / (s + 1) * eta**s
    assert exact - 1e-6 <= sizes[0] < exact + 1
    assert len(sizes) == s + 1
    for i, size in enumerate(sizes):
        assert sizes[0] / eta**i - 1 < size <= sizes[0] / eta**i + 1e-6
    for below, above in pairwise(sizes):
        assert above < (below + 1) / eta + 1e-6


@given(s=st.integers(0, 5), eta=st.integers(2, 5))
def test_no_more_than_one_in_an_integer_eta_is_promoted(s: int, eta: int) -> None:
    for below, above in pairwise(bracket_sizes(s, s, eta)):
        assert above <= below / eta


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


@pytest.mark.parametrize(
    ("n", "sizes"), [(1, (1, 1, 1)), (4, (4, 1, 1)), (6, (6, 2, 1)), (8, (8, 2, 1)), (9, (9, 3, 1))]
)
def test_a_closed_bracket_promotes_one_in_eta_of_what_it_has(n: int, sizes: tuple[int]) -> None:
    bracket = Bracket((9, 3, 1), lowest=0)
    for number in range(n):
        bracket.add(number)
    assert bracket.has_room is (n < 9)
    bracket.close(3.0)
    assert not bracket.has_room
    assert bracket.sizes == sizes
    assert bracket.next_to_promote(np.arange(n, 0.0, -1.0)) == (n - 1, 1)


def test_failed_trials_are_not_promoted() -> None:
    bracket = Bracket((3, 1), lowest=0)
    for number in range(3):
        bracket.add(number)
    assert bracket.next_to_promote(np.full(3, np.inf)) is None
    assert bracket.next_to_promote(np.array([np.inf, 3.0, np.inf])) == (1, 1)
