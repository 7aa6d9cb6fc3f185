from __future__ import annotations

import numpy as np
import pytest

from autoskl.optimizers.random_search import RandomSearch
from autoskl.space.conditions import when
from autoskl.space.parameters import choice, integer, real
from autoskl.space.space import space_of

SQUARE = space_of(real("x", 0.0, 1.0), real("y", 0.0, 1.0))


def points(sequence: str, n: int) -> np.ndarray:
    search = RandomSearch(SQUARE, sequence=sequence, seed=1)
    return np.array([list(search.ask().configuration.values()) for _ in range(n)])


@pytest.mark.parametrize("sequence", ["sobol", "halton"])
def test_sequences_cover_the_space_more_evenly(sequence: str) -> None:
    def n_empty_cells(found: np.ndarray) -> int:
        cells = {tuple(cell) for cell in np.floor(found * 8).astype(int)}
        return 64 - len(cells)

    assert n_empty_cells(points(sequence, 64)) < n_empty_cells(points("random", 64))


@pytest.mark.parametrize("sequence", ["sobol", "halton"])
def test_conditional_spaces_follow_their_prior(sequence: str) -> None:
    space = space_of(
        choice("model", ["a", "b", "c"], weights=[6, 2, 0]),
        when("model", "a", real("a:x", 0.0, 1.0)),
        when("model", "b", integer("b:n", 1, 500)),
    )
    search = RandomSearch(space, sequence=sequence)
    found = [search.ask().configuration for _ in range(64)]
    for configuration in found:
        space.validate(configuration)
    share = np.mean([c["model"] == "a" for c in found])
    assert share == pytest.approx(0.75, abs=0.03)
    assert len(set(found)) == 64
    assert not any(c["model"] == "c" for c in found)


@pytest.mark.parametrize("sequence", ["sobol", "halton"])
def test_proposals_can_be_replayed(sequence: str) -> None:
    whole = RandomSearch(SQUARE, sequence=sequence, seed=3)
    for _ in range(40):
        whole.ask()
    resumed = RandomSearch(SQUARE, sequence=sequence, seed=3)
    resumed.restore(whole.trials, whole.observations)
    assert [whole.ask() for _ in range(5)] == [resumed.ask() for _ in range(5)]


def test_an_unknown_sequence_is_an_error() -> None:
    with pytest.raises(ValueError, match="sequence must be one of 'random', 'sobol'"):
        RandomSearch(SQUARE, sequence="faure")
