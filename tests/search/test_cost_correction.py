from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.search.cost_correction import CostCorrection

FAMILIES = ("linear", "lightgbm", "catboost", "extra_trees")


def corrected(*seen: tuple[str, float]) -> CostCorrection:
    correction = CostCorrection()
    for number, (family, ratio) in enumerate(seen):
        correction.observe(family, number, ratio)
    return correction


def test_nothing_is_changed_before_the_first_result() -> None:
    assert CostCorrection().expected("lightgbm") == 0.0
    assert not CostCorrection().knows("lightgbm")


def test_a_single_result_is_believed_in_part() -> None:
    assert 0.5 < corrected(("lightgbm", 1.0)).expected("lightgbm") < 0.9


def test_many_results_are_believed() -> None:
    many = corrected(*[("lightgbm", 1.0)] * 30)
    assert many.expected("lightgbm") == pytest.approx(1.0, abs=0.05)


def test_boosted_trees_stop_late_together() -> None:
    seen = corrected(("lightgbm", 1.0))
    assert seen.expected("catboost") > 3 * seen.expected("linear") > 0


def test_a_later_value_of_a_trial_replaces_the_earlier() -> None:
    correction = corrected(("linear", 2.0))
    correction.observe("linear", 0, -1.0)
    assert correction.expected("linear") == corrected(("linear", -1.0)).expected("linear")


@given(
    st.lists(
        st.tuples(st.sampled_from(FAMILIES), st.floats(-1e6, 1e6, allow_nan=False)), max_size=12
    )
)
def test_a_correction_is_bounded_and_its_order_does_not_matter(
    seen: list[tuple[str, float]],
) -> None:
    forward, backward = corrected(*seen), CostCorrection()
    for number, (family, ratio) in reversed(list(enumerate(seen))):
        backward.observe(family, number, ratio)
    for family in FAMILIES:
        value = forward.expected(family)
        assert abs(value) < 2 * math.log(20.0)
        np.testing.assert_allclose(backward.expected(family), value, atol=1e-9)
