from __future__ import annotations

import math

import numpy as np
import pytest

from autoskl.optimizers import RandomSearch
from autoskl.search.object_digest import object_digest
from autoskl.space.parameters import real
from autoskl.space.space import space_of


def digest(n_asked: int) -> str:
    search = RandomSearch(space_of(real("x", 0.0, 1.0)), seed=0)
    for _ in range(n_asked):
        search.tell(search.ask(), math.pi)
    assert len(search.archive.rows) == n_asked
    return object_digest(search)


@pytest.mark.parametrize("n_asked", [0, 20])
def test_digests_do_not_depend_on_what_was_in_memory(
    n_asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a finished run with an optimizer would not be recognised in another process."""
    before = digest(n_asked)
    empty, empty_like = np.empty, np.empty_like

    def filled(array: np.ndarray) -> np.ndarray:
        array.fill(7)
        return array

    monkeypatch.setattr(np, "empty", lambda *args, **named: filled(empty(*args, **named)))
    monkeypatch.setattr(np, "empty_like", lambda *args, **named: filled(empty_like(*args, **named)))
    assert digest(n_asked) == before
