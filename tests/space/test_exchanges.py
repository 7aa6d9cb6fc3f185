from __future__ import annotations

import numpy as np
import pytest

from autoskl.space import choice, constant, integer, ordinal, real, space_of
from autoskl.space.exchanges import LevelExchange, NumberExchange

SPACE = space_of(
    choice("a", ["x", "y", "z", "w"], weights=[1, 6, 2, 0]),
    ordinal("b", [1, 2, 3]),
    constant("c", 1),
    integer("d", 1, 10),
    integer("e", 1, 1000),
    integer("f", 7, 7),
    real("g", 0, 1),
    real("h", 2, 2),
)
VIEW = SPACE.view
N = 3000


def level_others(column: int, present: float, scale: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    full = np.full(N, column), np.full(N, present), np.full(N, scale)
    return LevelExchange(VIEW).sample_other_levels(*full, rng)


def test_every_variable_column_has_exactly_one_exchange() -> None:
    assert LevelExchange(VIEW).handles.tolist() == [True, True, False, True] + [False] * 4
    assert NumberExchange(VIEW).handles.tolist() == [False] * 4 + [True, False, True, False]


def test_other_choices_follow_the_weights() -> None:
    values, available = level_others(0, 0.0)
    assert (available == 2).all()
    assert np.mean(values[:, 0] == 1) == pytest.approx(0.75, abs=0.03)
    assert np.array_equal(np.sort(values[:, :2], axis=1), np.tile([1, 2], (N, 1)))
    assert (level_others(0, 3.0)[1] == 3).all()


def test_ordinals_move_to_adjacent_values() -> None:
    values, available = level_others(1, 0.0)
    assert (available == 1).all()
    assert (values[:, 0] == 1).all()
    values, available = level_others(1, 1.0)
    assert (available == 2).all()
    assert set(values[:, 0]) == {0, 2}


def test_few_integers_prefer_near_values() -> None:
    values, available = level_others(3, 0.55, scale=0.1)
    assert (available == 9).all()
    assert np.mean(np.abs(values[:, 0] - 0.55) < 0.11) == pytest.approx(0.805, abs=0.03)
    assert not np.isclose(values[:, :9], 0.55).any()


def test_numbers_follow_a_truncated_normal_distribution() -> None:
    columns, rng = np.full(N, VIEW.column["g"]), np.random.default_rng(0)
    drawn = NumberExchange(VIEW).sample_other_values(columns, np.full(N, 0.5), np.full(N, 0.1), rng)
    assert np.std(drawn) == pytest.approx(0.1, rel=0.05)
    drawn = NumberExchange(VIEW).sample_other_values(columns, np.full(N, 0.0), np.full(N, 0.2), rng)
    assert drawn.min() >= 0
    assert np.mean(drawn) == pytest.approx(0.2 * np.sqrt(2 / np.pi), rel=0.05)
    drawn = NumberExchange(VIEW).sample_other_values(
        columns, np.full(N, 1.0), np.full(N, 50.0), rng
    )
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    assert np.mean(drawn) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("value", [1, 500, 1000])
def test_integers_with_many_values_always_change(value: int) -> None:
    column = VIEW.column["e"]
    present = VIEW.encode([{"e": value}])[0, column]
    full = np.full(N, column), np.full(N, present), np.full(N, 1e-5)
    drawn = NumberExchange(VIEW).sample_other_values(*full, np.random.default_rng(0))
    rows = np.full((N, len(VIEW)), np.nan)
    rows[:, column] = drawn
    found = {c["e"] for c in VIEW.decode_rows(rows)}
    assert found == {max(value - 1, 2 if value == 1 else 1), min(value + 1, 1000 - (value == 1000))}
