import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.neural.schedules import SCHEDULES, flat_cosine, four_cycles

PROGRESS = st.floats(0, 1)


@pytest.mark.parametrize("name", SCHEDULES)
@given(progress=PROGRESS)
def test_factors_lie_between_0_and_1(name: str, progress: float) -> None:
    assert 0 <= SCHEDULES[name](progress) <= 1


def test_four_cycles_have_increasing_lengths() -> None:
    ends = [(2**k - 1) / 15 for k in range(5)]
    np.testing.assert_allclose([four_cycles(end) for end in ends], 0, atol=1e-12)
    tops = [(2 ** (k + 0.5) - 1) / 15 for k in range(4)]
    np.testing.assert_allclose([four_cycles(top) for top in tops], 1)


def test_flat_cosine_is_flat_for_half() -> None:
    assert [flat_cosine(t) for t in (0.0, 0.3, 0.5)] == [1, 1, 1]
    assert flat_cosine(0.75) == pytest.approx(0.5)
    assert flat_cosine(1.0) == pytest.approx(0)
