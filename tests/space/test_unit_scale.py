from __future__ import annotations

import numpy as np
import pytest

from autoskl.space import integer, real
from autoskl.space.unit_scale import UnitScale

SCALE = UnitScale(
    [
        real("a", -2, 2),
        real("b", 0.01, 100, log=True),
        integer("c", 1, 4),
        integer("d", 1, 4, log=True),
        real("e", 3, 3),
    ]
)


def test_known_positions() -> None:
    units = SCALE.to_unit(
        np.array([[-2.0, 0.01, 1, 1, 3], [0, 1, 2, 2, 3], [2, 100, 4, 4, np.nan]])
    )
    d = np.log([2, 4, 8]) / np.log(9)
    expected = [[0, 0, 0.125, d[0], 0], [0.5, 0.5, 0.375, d[1], 0], [1, 1, 0.875, d[2], np.nan]]
    assert units == pytest.approx(np.array(expected), nan_ok=True)


def test_positions_beyond_the_scale_are_clipped() -> None:
    values = SCALE.from_unit(np.array([[-0.5] * 5, [1.5] * 5]))
    assert values.tolist() == [[-2, 0.01, 1, 1, 3], [2, 100, 4, 4, 3]]


def test_equal_shares_for_integers() -> None:
    units = (np.arange(4000)[:, None] + 0.5) / 4000
    values = UnitScale([integer("c", 1, 4)]).from_unit(units)
    assert np.unique(values, return_counts=True)[1].tolist() == [1000] * 4


@pytest.mark.parametrize("log", [False, True])
def test_the_widest_integers_are_distinguished(log: bool) -> None:
    scale = UnitScale([integer("a", 1, 2**40, log=log)])
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.integers(1, 2**40, 1000), np.arange(1, 50), 2**40 - np.arange(50)])
    assert np.array_equal(scale.from_unit(scale.to_unit(values[:, None]))[:, 0], values)


def test_is_outside_the_bounds() -> None:
    values = np.array([[-3.0, np.nan, 4, 5, 3]])
    assert SCALE.is_outside(values).tolist() == [[True, False, False, True, False]]


def test_take_selects_scales() -> None:
    take = SCALE.take(np.array([0, 0, 3]))
    assert take.from_unit(np.array([[0.5, 1.0, 0.0]])).tolist() == [[0, 2, 1]]
